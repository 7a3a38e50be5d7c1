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
        Arc, Mutex, MutexGuard, PoisonError,
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

use crate::background;

/// What happens is looked at so long after the system has told of it, and so are the other things that a program does to a
/// file that it writes anew: waking the thread for each of them would interrupt who writes. As long as things go on
/// happening, it is doubled at each look.
const REST: Duration = Duration::from_millis(1);
/// But no longer than this.
const LONGEST_REST: Duration = Duration::from_millis(16);
/// One that was written and is still open is told of when nothing more happened to it for so long: most are closed before.
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
    system: Arc<Inotify>,
    watched: Mutex<Watched>,
}

#[derive(Debug)]
struct Watched {
    /// Each at the place of its number.
    roots: Vec<Root>,
    folders: Folders,
}

/// The folders that the system watches. One may be below several roots.
#[derive(Debug)]
struct Folders {
    /// One for all roots: a system gives all processes of a user 128 of them.
    system: Arc<Inotify>,
    /// By root, under which path.
    named: HashMap<WatchDescriptor, Vec<(usize, PathBuf)>>,
}

impl Watches {
    /// Starts the thread, which watches nothing yet.
    ///
    /// # Errors
    /// The system refuses; what to do.
    pub fn start(told: OnChange) -> Result<Self, WatchError> {
        let bell = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)
            .map_err(|error| refused("no folder is watched", error))?;
        let system = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)
            .map_err(|error| refused("no folder is watched", error))?;
        let system = Arc::new(system);
        let folders = Folders { system: system.clone(), named: HashMap::new() };
        let watched = Mutex::new(Watched { roots: Vec::new(), folders });
        let shared = Arc::new(Shared { ended: AtomicBool::new(false), bell, system, watched });
        let follower = Follower { shared: shared.clone(), told, rest: REST };
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
        let mut watched = self.shared.watched();
        let Watched { roots, folders } = &mut *watched;
        let mut root = Root {
            number: roots.len(),
            path: root.to_owned(),
            excluded: excluded.iter().cloned().collect(),
            there: false,
            complained: false,
            resting: BTreeMap::new(),
        };
        if let Err(error) = root.find(folders) {
            folders.leave(root.number, &root.path);
            return Err(error);
        }
        let number = root.number as u64;
        roots.push(root);
        drop(watched);
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

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Follower {
    shared: Arc<Shared>,
    told: OnChange,
    /// From [`REST`] to [`LONGEST_REST`].
    rest: Duration,
}

impl Follower {
    fn run(mut self) {
        background::step_back();
        while !self.shared.ended.load(Ordering::Relaxed) {
            self.wait();
            // Nothing rings between two reads that would not be seen by what follows.
            let _ = self.shared.bell.read();
            let something = self.shared.watched().look(Instant::now(), &mut self.told);
            self.rest = if something { LONGEST_REST.min(2 * self.rest) } else { REST };
        }
    }

    /// Until something happens, or has to be told of. Then it sleeps for a short time, so that who writes many files does
    /// not have to wake it for each.
    fn wait(&mut self) {
        let (due, absent) = self.shared.watched().due();
        // What is left of a millisecond is cut off below.
        let due = due.map(|due| due.saturating_duration_since(Instant::now()) + REST);
        let patience = due.into_iter().chain(absent.then_some(LOOK)).min();
        let patience =
            patience.map_or(PollTimeout::NONE, |time| PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX));
        let fds = [self.shared.bell.as_fd(), self.shared.system.as_fd()];
        let mut awaited = fds.map(|fd| PollFd::new(fd, PollFlags::POLLIN));
        let began = Instant::now();
        // Interrupted, it looks once more.
        let _ = poll(&mut awaited, patience);
        if began.elapsed() > LONGEST_REST {
            self.rest = REST;
        }
        if !self.shared.ended.load(Ordering::Relaxed) && awaited[1].any() == Some(true) {
            std::thread::sleep(self.rest);
        }
    }
}

impl Watched {
    /// When something has to be told of, and whether some root is not there.
    fn due(&self) -> (Option<Instant>, bool) {
        let due = self.roots.iter().filter_map(|root| root.resting.values().min().copied()).min();
        (due, self.roots.iter().any(|root| !root.there))
    }

    /// Notes what happened, and tells of it and of what has come to rest. Whether more happened than that something was
    /// written to.
    fn look(&mut self, now: Instant, told: &mut OnChange) -> bool {
        let (mut something, mut lost) = (false, false);
        loop {
            match self.folders.system.read_events() {
                Ok(events) => {
                    for event in &events {
                        something |= !event.mask.intersects(OPEN);
                        lost |= event.mask.contains(AddWatchFlags::IN_Q_OVERFLOW);
                        for (number, folder) in self.folders.of(event) {
                            self.roots[number].note(event, &folder, now, &mut self.folders);
                        }
                    }
                }
                Err(Errno::EAGAIN) => break,
                Err(error) => {
                    tracing::debug!("watching folders: {error}");
                    break;
                }
            }
        }
        for root in &mut self.roots {
            root.look(&mut self.folders, lost, told);
            root.tell(now, told);
        }
        something
    }
}

impl Folders {
    /// By root, where an event happened; none for one that says that the system has ended the watch.
    fn of(&mut self, event: &InotifyEvent) -> Vec<(usize, PathBuf)> {
        if event.mask.contains(AddWatchFlags::IN_IGNORED) {
            self.named.remove(&event.wd);
        }
        self.named.get(&event.wd).cloned().unwrap_or_default()
    }

    /// Whether it is there.
    fn watch(&mut self, root: usize, folder: &Path) -> Result<bool, WatchError> {
        match self.system.add_watch(folder, WANTED) {
            Ok(watch) => {
                let named = self.named.entry(watch).or_default();
                // Moved within the root, it has another name.
                named.retain(|(other, _)| *other != root);
                named.push((root, folder.to_owned()));
                Ok(true)
            }
            Err(Errno::ENOENT | Errno::ENOTDIR) => Ok(false),
            Err(error) => Err(refused(format!("{} is not watched", folder.display()), error)),
        }
    }

    /// Watches a folder and those below it no more for a root.
    fn leave(&mut self, root: usize, folder: &Path) {
        self.named.retain(|watch, named| {
            named.retain(|(other, path)| *other != root || !path.starts_with(folder));
            if named.is_empty() {
                // It fails if the system has noticed by itself.
                let _ = self.system.rm_watch(*watch);
            }
            !named.is_empty()
        });
    }
}

/// A watched folder with all that is below it.
#[derive(Debug)]
struct Root {
    number: usize,
    path: PathBuf,
    excluded: BTreeSet<String>,
    /// Whether it exists.
    there: bool,
    /// Whether it was said that some folder is not watched.
    complained: bool,
    /// Changed paths, and when they are told of.
    resting: BTreeMap<PathBuf, Instant>,
}

impl Root {
    /// Looks for a root that was not there; tells that any file may have changed if notifications were lost, or if what is
    /// in it is older than the watch.
    fn look(&mut self, folders: &mut Folders, lost: bool, told: &mut OnChange) {
        let lost = lost || self.resting.len() > MAX_RESTING;
        if lost || !self.there {
            if let Err(error) = self.find(folders) {
                self.complain(&error);
            }
            if lost || self.there {
                self.resting.clear();
                told(self.number as u64, Vec::new());
            }
        }
    }

    fn note(&mut self, event: &InotifyEvent, folder: &Path, now: Instant, folders: &mut Folders) {
        let is = |flags| event.mask.intersects(flags);
        let Some(name) = &event.name else {
            if folder == self.path && is(AddWatchFlags::IN_DELETE_SELF | AddWatchFlags::IN_MOVE_SELF) {
                // One of the same name may be there already; it is another folder.
                folders.leave(self.number, &self.path);
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
            if let Err(error) = self.enter(&path, Some(now), folders) {
                self.complain(&error);
            }
            return;
        }
        // Of what was removed the system ends the watches itself; of what was moved away the names would be wrong.
        if is(AddWatchFlags::IN_ISDIR) && is(AddWatchFlags::IN_MOVED_FROM) {
            folders.leave(self.number, &path);
        }
        let at = self.resting.get(&path).copied();
        // It may be closed soon, after it was written, or be a link that is complete at once. Closing ends the wait for it.
        let rested = now + OPEN_REST;
        let due = if is(OPEN) { at.map_or(rested, |at| at.min(rested)) } else { now };
        self.resting.insert(path, due);
    }

    /// Whether a path is below the root, and no folder on the way to it is excluded.
    fn is_ours(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.path) else { return false };
        below.iter().all(|name| !name.to_str().is_some_and(|name| self.excluded.contains(name)))
    }

    fn find(&mut self, folders: &mut Folders) -> Result<(), WatchError> {
        if self.path.is_dir() {
            self.enter(&self.path.clone(), None, folders)?;
            self.there = true;
        }
        Ok(())
    }

    /// Watches a folder and those below it. With `changed`, the files in it count as changed, and are told of then.
    fn enter(&mut self, folder: &Path, changed: Option<Instant>, folders: &mut Folders) -> Result<(), WatchError> {
        let flat = self.excluded.contains(ALL);
        if flat && folder != self.path {
            return Ok(());
        }
        let mut entered = vec![folder.to_owned()];
        while let Some(folder) = entered.pop() {
            if !folders.watch(self.number, &folder)? {
                continue;
            }
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if !self.is_ours(&path) {
                    continue;
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    if !flat {
                        entered.push(path);
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
            told(self.number as u64, paths);
        }
    }
}

/// `what` says of what.
fn refused(what: impl fmt::Display, error: Errno) -> WatchError {
    WatchError(match error {
        Errno::ENOSPC => {
            format!("{what}, because the system allows no more watches: raise fs.inotify.max_user_watches")
        }
        Errno::EMFILE => {
            format!("{what}, because the system allows no more watchers: raise fs.inotify.max_user_instances")
        }
        _ => format!("{what}: {error}"),
    })
}
