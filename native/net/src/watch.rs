// SPDX-License-Identifier: GPL-2.0-or-later
//! Watches folders for changed files, by the operating system's notifications.
//!
//! The system watches single folders, so each folder below the root has a watch of its own: set when the folder appears, and
//! then everything in it counts as changed, for it may be older than the watch. A thread of its own collects what the
//! notifications say until the files have come to rest, and hands on paths.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use notify::{
    ErrorKind, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, CreateKind, Flag, ModifyKind},
};

/// A file that was closed after writing, removed or moved is told of when nothing more happened to it for so long: a
/// program that writes a file anew does several things to it.
const REST: Duration = Duration::from_millis(2);
/// The same for one that was written and is still open: most are closed before.
const OPEN_REST: Duration = Duration::from_secs(1);
/// How often a root that does not exist is looked for.
const LOOK: Duration = Duration::from_millis(250);
/// Notifications that wait for the thread: it takes microseconds for each, so more of them mean that it was stopped, and
/// then everything has to be looked at.
const MAX_WAITING: usize = 65_536;
/// Paths that wait for their rest.
const MAX_RESTING: usize = 10_000;

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
    notes: SyncSender<notify::Result<notify::Event>>,
    flags: Arc<Flags>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Flags {
    /// Notifications were lost.
    overflow: AtomicBool,
    ended: AtomicBool,
}

impl Watch {
    /// Begins to watch `root` with all that is below it but folders with an excluded name; see [`ALL`]. It need not
    /// exist yet.
    ///
    /// # Errors
    /// The system refuses; what to do.
    pub fn start(root: &Path, excluded: &[String], told: OnChange) -> Result<Self, WatchError> {
        let (notes, noted) = sync_channel(MAX_WAITING);
        let flags = Arc::<Flags>::default();
        let (sender, lost) = (notes.clone(), flags.clone());
        let handler = move |note: notify::Result<notify::Event>| {
            if let Err(TrySendError::Full(_)) = sender.try_send(note) {
                lost.overflow.store(true, Ordering::Relaxed);
            }
        };
        let config = notify::Config::default().with_follow_symlinks(false);
        let system = RecommendedWatcher::new(handler, config).map_err(|error| refused(root, &error))?;
        let mut watcher = Follower {
            root: root.to_owned(),
            excluded: excluded.iter().cloned().collect(),
            system,
            flags: flags.clone(),
            there: false,
            complained: false,
            resting: BTreeMap::new(),
            told,
        };
        watcher.find_root()?;
        let logging = tracing::dispatcher::get_default(Clone::clone);
        let follow = move || tracing::dispatcher::with_default(&logging, || watcher.run(&noted));
        let thread = std::thread::Builder::new().name("gs-watch".to_owned()).spawn(follow);
        let thread = thread.map_err(|error| WatchError(format!("no thread to watch {}: {error}", root.display())))?;
        Ok(Self { notes, flags, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.flags.ended.store(true, Ordering::Relaxed);
        // Wakes the thread; if there is no room for it, the thread is awake.
        let _ = self.notes.try_send(Ok(notify::Event::new(EventKind::Other)));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Follower {
    root: PathBuf,
    excluded: BTreeSet<String>,
    system: RecommendedWatcher,
    flags: Arc<Flags>,
    /// Whether the root exists.
    there: bool,
    /// Whether it was said that some folder is not watched.
    complained: bool,
    /// Changed paths, and when they are told of.
    resting: BTreeMap<PathBuf, Instant>,
    told: OnChange,
}

impl Follower {
    fn run(mut self, noted: &Receiver<notify::Result<notify::Event>>) {
        while !self.flags.ended.load(Ordering::Relaxed) {
            let due = self.resting.values().min().map(|due| due.saturating_duration_since(Instant::now()));
            let patience = due.into_iter().chain((!self.there).then_some(LOOK)).min();
            let note = match patience {
                Some(patience) => noted.recv_timeout(patience),
                None => noted.recv().map_err(RecvTimeoutError::from),
            };
            match note {
                Ok(Ok(event)) => self.note(&event),
                Ok(Err(error)) => tracing::debug!("watching {}: {error}", self.root.display()),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !self.there {
                match self.find_root() {
                    // It appeared: what is in it is older than the watch.
                    Ok(()) if self.there => self.everything(),
                    Ok(()) => (),
                    Err(error) => self.complain(&error),
                }
            }
            if self.flags.overflow.swap(false, Ordering::Relaxed) || self.resting.len() > MAX_RESTING {
                self.catch_up();
            }
            self.tell();
        }
    }

    fn note(&mut self, event: &notify::Event) {
        if event.flag() == Some(Flag::Rescan) {
            self.catch_up();
            return;
        }
        let rest = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Remove(_) => REST,
            EventKind::Modify(ModifyKind::Name(_)) | EventKind::Create(CreateKind::Folder) => REST,
            // Closed after it was written, or a link that is complete at once.
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_)) => OPEN_REST,
            _ => return,
        };
        for path in &event.paths {
            if !self.is_ours(path) {
                continue;
            }
            if *path == self.root && matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(_)) {
                // One of the same name may be there already; it is another folder.
                self.there = false;
            } else if path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
                if let Err(error) = self.enter(path, true) {
                    self.complain(&error);
                }
            } else {
                self.rest(path.clone(), rest);
            }
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
            match self.system.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => (),
                // It is gone again.
                Err(error) if is_absence(&error) => continue,
                Err(error) => return Err(refused(&folder, &error)),
            }
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

fn is_absence(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => true,
        ErrorKind::Io(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        _ => false,
    }
}

fn refused(folder: &Path, error: &notify::Error) -> WatchError {
    let folder = folder.display();
    WatchError(match &error.kind {
        ErrorKind::MaxFilesWatch => format!(
            "{folder} is not watched, because the system allows no more watches: raise fs.inotify.max_user_watches"
        ),
        ErrorKind::Io(error) if error.raw_os_error() == Some(nix::libc::EMFILE) => format!(
            "{folder} is not watched, because the system allows no more watchers: raise fs.inotify.max_user_instances"
        ),
        _ => format!("{folder} is not watched: {error}"),
    })
}
