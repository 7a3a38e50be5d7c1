// SPDX-License-Identifier: GPL-2.0-or-later
//! Watches folders for changed files, by the operating system's notifications.
//!
//! The system watches single folders, so each folder below the root has a watch of its own: set when the folder appears, and
//! then everything in it counts as changed, for it may be older than the watch. A thread of its own collects what the
//! notifications say until the files have come to rest, and hands on paths.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    os::fd::AsFd,
    path::{Path, PathBuf},
    sync::{
        Arc,
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
/// program that writes a file anew does several things to it.
const REST: Duration = Duration::from_millis(2);
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

/// Is told of changed files by their paths below the root, with slashes. An empty list: it is not known which.
pub type OnChange = Box<dyn FnMut(Vec<String>) + Send>;

/// A watched folder. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watch {
    end: Arc<End>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct End {
    came: AtomicBool,
    /// Wakes the thread.
    bell: EventFd,
}

impl Watch {
    /// Begins to watch `root` with all that is below it but folders with an excluded name; see [`ALL`]. It need not
    /// exist yet.
    ///
    /// # Errors
    /// The system refuses; what to do.
    pub fn start(root: &Path, excluded: &[String], told: OnChange) -> Result<Self, WatchError> {
        let refused = |error| refused(root, error);
        let system = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK).map_err(refused)?;
        let bell = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK).map_err(refused)?;
        let end = Arc::new(End { came: AtomicBool::new(false), bell });
        let mut watcher = Follower {
            root: root.to_owned(),
            excluded: excluded.iter().cloned().collect(),
            system,
            folders: HashMap::new(),
            end: end.clone(),
            there: false,
            complained: false,
            resting: BTreeMap::new(),
            told,
        };
        watcher.find_root()?;
        let logging = tracing::dispatcher::get_default(Clone::clone);
        let follow = move || tracing::dispatcher::with_default(&logging, || watcher.run());
        let thread = std::thread::Builder::new().name("gs-watch".to_owned()).spawn(follow);
        let thread = thread.map_err(|error| WatchError(format!("no thread to watch {}: {error}", root.display())))?;
        Ok(Self { end, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end.came.store(true, Ordering::Relaxed);
        // Fails only if it has rung too often to be overheard.
        let _ = self.end.bell.write(1);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Follower {
    root: PathBuf,
    excluded: BTreeSet<String>,
    system: Inotify,
    /// What is watched.
    folders: HashMap<WatchDescriptor, PathBuf>,
    end: Arc<End>,
    /// Whether the root exists.
    there: bool,
    /// Whether it was said that some folder is not watched.
    complained: bool,
    /// Changed paths, and when they are told of.
    resting: BTreeMap<PathBuf, Instant>,
    told: OnChange,
}

impl Follower {
    fn run(mut self) {
        while !self.end.came.load(Ordering::Relaxed) {
            self.wait();
            loop {
                match self.system.read_events() {
                    Ok(events) => events.iter().for_each(|event| self.note(event)),
                    Err(Errno::EAGAIN) => break,
                    Err(error) => {
                        tracing::debug!("watching {}: {error}", self.root.display());
                        break;
                    }
                }
            }
            if !self.there {
                match self.find_root() {
                    // It appeared: what is in it is older than the watch.
                    Ok(()) if self.there => self.everything(),
                    Ok(()) => (),
                    Err(error) => self.complain(&error),
                }
            }
            if self.resting.len() > MAX_RESTING {
                self.catch_up();
            }
            self.tell();
        }
    }

    /// Until something happens, or has to be told of. For a short time it sleeps whatever happens, so that who writes many
    /// files does not have to wake it for each.
    fn wait(&self) {
        let due = self.resting.values().min().map(|due| due.saturating_duration_since(Instant::now()));
        if let Some(due) = due.filter(|due| *due <= REST) {
            std::thread::sleep(due);
            return;
        }
        let patience = due.into_iter().chain((!self.there).then_some(LOOK)).min();
        let patience =
            patience.map_or(PollTimeout::NONE, |time| PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX));
        let wait_for = |fd| PollFd::new(fd, PollFlags::POLLIN);
        // Interrupted, it looks once more.
        let _ = poll(&mut [wait_for(self.system.as_fd()), wait_for(self.end.bell.as_fd())], patience);
    }

    fn note(&mut self, event: &InotifyEvent) {
        let is = |flags| event.mask.intersects(flags);
        if is(AddWatchFlags::IN_Q_OVERFLOW) {
            self.catch_up();
            return;
        }
        if is(AddWatchFlags::IN_IGNORED) {
            self.folders.remove(&event.wd);
            return;
        }
        let Some(folder) = self.folders.get(&event.wd) else { return };
        let Some(name) = &event.name else {
            if *folder == self.root && is(AddWatchFlags::IN_DELETE_SELF | AddWatchFlags::IN_MOVE_SELF) {
                // One of the same name may be there already; it is another folder.
                self.leave(&self.root.clone());
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
            if let Err(error) = self.enter(&path, true) {
                self.complain(&error);
            }
            return;
        }
        // Of what was removed the system ends the watches itself.
        if is(AddWatchFlags::IN_ISDIR) && is(AddWatchFlags::IN_MOVED_FROM) {
            self.leave(&path);
        }
        // It may be closed soon, after it was written, or be a link that is complete at once.
        let open = is(AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MODIFY);
        self.rest(path, if open { OPEN_REST } else { REST });
    }

    /// What was moved away is watched no more: its name would be wrong.
    fn leave(&mut self, folder: &Path) {
        let gone = self.folders.extract_if(|_, watched| watched.starts_with(folder));
        for (watch, _) in gone {
            // It fails if the system has noticed by itself.
            let _ = self.system.rm_watch(watch);
        }
    }

    fn rest(&mut self, path: PathBuf, rest: Duration) {
        let due = Instant::now() + rest;
        let at = self.resting.entry(path).or_insert(due);
        // Closing ends the wait for it.
        *at = if rest == REST { due } else { (*at).min(due) };
    }

    /// Whether a path is below the root, and no folder on the way to it is excluded.
    fn is_ours(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.root) else { return false };
        below.iter().all(|name| !name.to_str().is_some_and(|name| self.excluded.contains(name)))
    }

    fn find_root(&mut self) -> Result<(), WatchError> {
        if self.root.is_dir() {
            self.enter(&self.root.clone(), false)?;
            self.there = true;
        }
        Ok(())
    }

    /// Watches a folder and those below it. With `changed`, the files in it count as changed.
    fn enter(&mut self, folder: &Path, changed: bool) -> Result<(), WatchError> {
        let flat = self.excluded.contains(ALL);
        if flat && folder != self.root {
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
                } else if changed {
                    self.rest(path, REST);
                }
            }
        }
        Ok(())
    }

    /// Notifications were lost: folders may have appeared, and any file may have changed.
    fn catch_up(&mut self) {
        if let Err(error) = self.find_root() {
            self.complain(&error);
        }
        self.everything();
    }

    fn everything(&mut self) {
        self.resting.clear();
        (self.told)(Vec::new());
    }

    fn complain(&mut self, error: &WatchError) {
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!("{error}; changes by hand in such folders are noticed only when something else is");
        }
    }

    fn tell(&mut self) {
        let now = Instant::now();
        let due: Vec<_> = self.resting.iter().filter(|(_, due)| **due <= now).map(|(path, _)| path.clone()).collect();
        let mut paths = Vec::with_capacity(due.len());
        for path in due {
            self.resting.remove(&path);
            // A name that is no UTF-8 cannot be shared.
            paths.extend(path.strip_prefix(&self.root).ok().and_then(Path::to_str).map(str::to_owned));
        }
        if !paths.is_empty() {
            (self.told)(paths);
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
