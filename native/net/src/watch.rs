// SPDX-License-Identifier: GPL-2.0-or-later
//! Watches folders for changed files, by the operating system's notifications.
//!
//! The system watches single folders, so each folder below a root has a watch of its own: set when the folder appears, and
//! then everything in it counts as changed, for it may be older than the watch. One thread collects what the notifications
//! say of all roots until the files have come to rest, and hands on paths.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    os::fd::AsFd,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        eventfd::{EfdFlags, EventFd},
        inotify::{AddWatchFlags, InitFlags, Inotify, InotifyEvent, WatchDescriptor},
    },
};

/// A file that was closed after writing, removed or moved is told of when nothing more happened to it for so long: a
/// program that writes a file anew does several things to it. What happens is looked at as late as this too, for waking the
/// thread for each step of who writes would interrupt him. As long as things go on happening, it is doubled at each look.
const REST: Duration = Duration::from_millis(1);
/// But no longer than this.
const LONGEST_REST: Duration = Duration::from_millis(16);
/// The same for one that was written and is still open: most are closed before.
const OPEN_REST: Duration = Duration::from_secs(1);
/// How often a root that does not exist is looked for.
const LOOK: Duration = Duration::from_millis(250);
/// Paths that wait for their rest.
const MAX_RESTING: usize = 10_000;

/// What is asked for. Not that files were opened: each map opens many, and this would have to look up for each.
const WANTED: AddWatchFlags = AddWatchFlags::IN_CREATE
    .union(AddWatchFlags::IN_MODIFY)
    .union(AddWatchFlags::IN_CLOSE_WRITE)
    .union(AddWatchFlags::IN_MOVED_FROM)
    .union(AddWatchFlags::IN_MOVED_TO)
    .union(AddWatchFlags::IN_DELETE)
    .union(AddWatchFlags::IN_DELETE_SELF)
    .union(AddWatchFlags::IN_MOVE_SELF)
    .union(AddWatchFlags::IN_ONLYDIR);

/// Of a file that is being written, as a log is for ever.
const OPEN: AddWatchFlags = AddWatchFlags::IN_CREATE.union(AddWatchFlags::IN_MODIFY);

/// As an excluded name: no folder is entered, only the root itself is watched.
pub const ALL: &str = "*";

/// Why a folder is not watched. Nothing is left of the attempt.
#[derive(Debug)]
pub struct WatchError(String);

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WatchError {}

/// Is told of changed files by the number of the watch and their paths below its root, with slashes. An empty list: it is
/// not known which.
pub type OnChange = Box<dyn FnMut(u64, Vec<String>) + Send>;

/// The watched folders, and the thread that follows them. Dropping it ends all watches.
#[derive(Debug)]
pub struct Watches {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    ended: AtomicBool,
    /// Wakes the thread.
    bell: EventFd,
    new: Mutex<New>,
}

/// Roots that the thread does not follow yet.
#[derive(Debug, Default)]
struct New {
    roots: Vec<Root>,
    /// Of the next watch.
    number: u64,
}

impl Watches {
    /// Starts the thread, which watches nothing yet.
    ///
    /// # Errors
    /// The system refuses; what to do.
    pub fn start(told: OnChange) -> Result<Self, WatchError> {
        let bell = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)
            .map_err(|error| WatchError(format!("no folder is watched: {error}")))?;
        let shared = Arc::new(Shared { ended: AtomicBool::new(false), bell, new: Mutex::default() });
        let follower = Follower { shared: shared.clone(), roots: Vec::new(), told, rest: REST };
        let logging = tracing::dispatcher::get_default(Clone::clone);
        let follow = move || tracing::dispatcher::with_default(&logging, || follower.run());
        let thread = std::thread::Builder::new().name("gs-watch".to_owned()).spawn(follow);
        let thread = thread.map_err(|error| WatchError(format!("no thread to watch folders: {error}")))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Begins to watch `root` with all that is below it but folders with an excluded name; see [`ALL`]. It need not
    /// exist yet. The number of this watch.
    ///
    /// # Errors
    /// The system refuses; what to do. Nothing is left of the attempt.
    pub fn watch(&self, root: &Path, excluded: &[String]) -> Result<u64, WatchError> {
        let system =
            Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK).map_err(|error| refused(root, error))?;
        let mut root = Root {
            number: 0,
            path: root.to_owned(),
            excluded: excluded.iter().cloned().collect(),
            system,
            folders: HashMap::new(),
            there: false,
            complained: false,
            resting: BTreeMap::new(),
        };
        root.find()?;
        let mut new = self.shared.new.lock().unwrap_or_else(PoisonError::into_inner);
        let number = new.number;
        root.number = number;
        new.number += 1;
        new.roots.push(root);
        drop(new);
        self.shared.ring();
        Ok(number)
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        self.shared.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn ring(&self) {
        // Fails only if it has rung too often to be overheard.
        let _ = self.bell.write(1);
    }
}

struct Follower {
    shared: Arc<Shared>,
    roots: Vec<Root>,
    told: OnChange,
    /// From [`REST`] to [`LONGEST_REST`].
    rest: Duration,
}

impl Follower {
    fn run(mut self) {
        while !self.shared.ended.load(Ordering::Relaxed) {
            self.wait();
            // Nothing rings between two reads that would not be seen by what follows.
            let _ = self.shared.bell.read();
            self.roots.append(&mut self.shared.new.lock().unwrap_or_else(PoisonError::into_inner).roots);
            // One time for all that is found by one look, so that it is told of by one.
            let (now, mut something) = (Instant::now(), false);
            for root in &mut self.roots {
                something |= root.look(now, now + self.rest, &mut self.told);
            }
            self.rest = if something { LONGEST_REST.min(2 * self.rest) } else { REST };
        }
    }

    /// Until something happens, or has to be told of. Then it sleeps for a short time whatever happens, so that who writes
    /// many files does not have to wake it for each.
    fn wait(&self) {
        let now = Instant::now();
        let due = self.roots.iter().filter_map(Root::due).min().map(|due| due.saturating_duration_since(now));
        if let Some(due) = due.filter(|due| *due <= LONGEST_REST) {
            std::thread::sleep(due);
            return;
        }
        let absent = self.roots.iter().any(|root| !root.there);
        let patience = due.into_iter().chain(absent.then_some(LOOK)).min();
        let patience =
            patience.map_or(PollTimeout::NONE, |time| PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX));
        let systems = self.roots.iter().map(|root| root.system.as_fd());
        let mut awaited: Vec<_> = std::iter::once(self.shared.bell.as_fd())
            .chain(systems)
            .map(|fd| PollFd::new(fd, PollFlags::POLLIN))
            .collect();
        // Interrupted, it looks once more.
        let _ = poll(&mut awaited, patience);
        if !self.shared.ended.load(Ordering::Relaxed) && awaited[1..].iter().any(|fd| fd.any() == Some(true)) {
            std::thread::sleep(self.rest);
        }
    }
}

/// A watched folder.
#[derive(Debug)]
struct Root {
    number: u64,
    path: PathBuf,
    excluded: BTreeSet<String>,
    system: Inotify,
    /// What is watched.
    folders: HashMap<WatchDescriptor, PathBuf>,
    /// Whether it exists.
    there: bool,
    /// Whether it was said that some folder is not watched.
    complained: bool,
    /// Changed paths, and when they are told of.
    resting: BTreeMap<PathBuf, Instant>,
}

impl Root {
    /// When something has to be told of.
    fn due(&self) -> Option<Instant> {
        self.resting.values().min().copied()
    }

    /// Notes what happened, which is told of at `due`, and tells of what has come to rest. Whether more happened than
    /// that something was written to.
    fn look(&mut self, now: Instant, due: Instant, told: &mut OnChange) -> bool {
        let (mut something, mut lost) = (false, false);
        loop {
            match self.system.read_events() {
                Ok(events) => {
                    for event in &events {
                        something |= !event.mask.intersects(OPEN);
                        lost |= event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW);
                        self.note(event, due);
                    }
                }
                Err(Errno::EAGAIN) => break,
                Err(error) => {
                    tracing::debug!("watching {}: {error}", self.path.display());
                    break;
                }
            }
        }
        if lost || !self.there || self.resting.len() > MAX_RESTING {
            lost |= self.there;
            if let Err(error) = self.find() {
                self.complain(&error);
            }
            // Notifications were lost, or what is in it is older than the watch: any file may have changed.
            if lost || self.there {
                self.resting.clear();
                told(self.number, Vec::new());
            }
        }
        self.tell(now, told);
        something
    }

    fn note(&mut self, event: &InotifyEvent, due: Instant) {
        let is = |flags| event.mask.intersects(flags);
        if is(AddWatchFlags::IN_IGNORED) {
            self.folders.remove(&event.wd);
            return;
        }
        let Some(folder) = self.folders.get(&event.wd) else { return };
        let Some(name) = &event.name else {
            if *folder == self.path && is(AddWatchFlags::IN_DELETE_SELF | AddWatchFlags::IN_MOVE_SELF) {
                // One of the same name may be there already; it is another folder.
                self.leave(&self.path.clone());
                self.there = false;
            }
            return;
        };
        let path = folder.join(name);
        if !self.is_ours(&path) {
            return;
        }
        let came = is(AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO);
        if is(AddWatchFlags::IN_ISDIR) && came {
            if let Err(error) = self.enter(&path, Some(due)) {
                self.complain(&error);
            }
            return;
        }
        // Of what was removed the system ends the watches itself.
        if is(AddWatchFlags::IN_ISDIR) && is(AddWatchFlags::IN_MOVED_FROM) {
            self.leave(&path);
        }
        let at = self.resting.get(&path).copied();
        // It may be closed soon, after it was written, or be a link that is complete at once. Closing ends the wait for it.
        let open = is(OPEN);
        let due = if open { at.map_or(due + OPEN_REST, |at| at.min(due + OPEN_REST)) } else { due };
        self.resting.insert(path, due);
    }

    /// What was moved away is watched no more: its name would be wrong.
    fn leave(&mut self, folder: &Path) {
        let gone = self.folders.extract_if(|_, watched| watched.starts_with(folder));
        for (watch, _) in gone {
            // It fails if the system has noticed by itself.
            let _ = self.system.rm_watch(watch);
        }
    }

    /// Whether a path is below the root, and no folder on the way to it is excluded.
    fn is_ours(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.path) else { return false };
        below.iter().all(|name| !name.to_str().is_some_and(|name| self.excluded.contains(name)))
    }

    fn find(&mut self) -> Result<(), WatchError> {
        if self.path.is_dir() {
            self.enter(&self.path.clone(), None)?;
            self.there = true;
        }
        Ok(())
    }

    /// Watches a folder and those below it. With `changed`, the files in it count as changed, and are told of then.
    fn enter(&mut self, folder: &Path, changed: Option<Instant>) -> Result<(), WatchError> {
        let flat = self.excluded.contains(ALL);
        if flat && folder != self.path {
            return Ok(());
        }
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            match self.system.add_watch(&folder, WANTED) {
                Ok(watch) => self.folders.insert(watch, folder.clone()),
                // It is gone again.
                Err(Errno::ENOENT | Errno::ENOTDIR) => continue,
                Err(error) => return Err(refused(&folder, error)),
            };
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if !self.is_ours(&path) {
                    continue;
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    if !flat {
                        folders.push(path);
                    }
                } else if let Some(due) = changed {
                    self.resting.insert(path, due);
                }
            }
        }
        Ok(())
    }

    fn complain(&mut self, error: &WatchError) {
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!("{error}; changes by hand in such folders are noticed only when something else is");
        }
    }

    fn tell(&mut self, now: Instant, told: &mut OnChange) {
        let due: Vec<_> = self.resting.iter().filter(|(_, due)| **due <= now).map(|(path, _)| path.clone()).collect();
        let mut paths = Vec::with_capacity(due.len());
        for path in due {
            self.resting.remove(&path);
            // A name that is no UTF-8 cannot be shared.
            paths.extend(path.strip_prefix(&self.path).ok().and_then(Path::to_str).map(str::to_owned));
        }
        if !paths.is_empty() {
            told(self.number, paths);
        }
    }
}

fn refused(folder: &Path, error: Errno) -> WatchError {
    let folder = folder.display();
    WatchError(match error {
        Errno::ENOSPC => format!(
            "{folder} is not watched, because the system allows no more watches: raise fs.inotify.max_user_watches"
        ),
        Errno::EMFILE => format!(
            "{folder} is not watched, because the system allows no more watchers: raise fs.inotify.max_user_instances"
        ),
        _ => format!("{folder} is not watched: {error}"),
    })
}
