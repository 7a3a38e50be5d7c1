// SPDX-License-Identifier: GPL-2.0-or-later
//! Which file a request means, and that it lies below its root.

use std::collections::HashMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Finds what is asked for: the folder that must not be left, and the path below it. `None`: it is not served.
pub type Finder = Arc<dyn Fn(&str) -> Option<(PathBuf, PathBuf)> + Send + Sync>;

/// What is served to members, by name. Clones share it; it may be set while the transport runs.
#[derive(Clone, Default)]
pub struct Roots(Arc<RwLock<HashMap<String, Root>>>);

#[derive(Clone)]
enum Root {
    /// All that lies below a folder.
    Folder(PathBuf),
    /// What is found.
    Found(Finder),
}

impl std::fmt::Debug for Roots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let roots = self.0.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_tuple("Roots").field(&roots.keys()).finish()
    }
}

impl Roots {
    /// Serves `folder` under `name`, instead of what was served under it. It need not exist yet.
    pub fn set(&self, name: &str, folder: PathBuf) {
        self.insert(name, Root::Folder(folder));
    }

    /// Serves under `name` what `finder` finds.
    pub fn find(&self, name: &str, finder: Finder) {
        self.insert(name, Root::Found(finder));
    }

    fn insert(&self, name: &str, root: Root) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), root);
    }

    fn get(&self, name: &str, relative: &str) -> Option<(PathBuf, PathBuf)> {
        let root = self.0.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        match root? {
            Root::Folder(folder) => Some((folder, PathBuf::from(relative))),
            Root::Found(finder) => finder(relative),
        }
    }

    /// Opens a regular file below a root for reading. `None`: there is none, which includes everything that may not be
    /// asked for (an absolute path, `..`, a symbolic link that leads out of the root, a folder, a device).
    ///
    /// Blocks on the file system.
    pub(super) fn open(&self, root: &str, relative: &str) -> io::Result<Option<(File, Metadata)>> {
        let Some((root, relative)) = self.get(root, relative) else { return Ok(None) };
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || relative.as_os_str().is_empty() {
            return Ok(None);
        }
        absent_as_none(open_below(&root, &relative)).map(Option::flatten)
    }
}

fn open_below(root: &Path, relative: &Path) -> io::Result<Option<(File, Metadata)>> {
    let root = root.canonicalize()?;
    let asked = root.join(relative);
    let path = asked.canonicalize()?;
    if !path.starts_with(&root) || !path.symlink_metadata()?.is_file() {
        return Ok(None);
    }
    // Should somebody put a pipe or a link in its place just now: do not wait for the pipe, do not follow the link.
    let flags = nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(&path)?;
    // What was opened must be what lies below the root now, however the folders above it were moved meanwhile.
    let opened = file.metadata()?;
    let again = asked.canonicalize()?;
    let there = again.symlink_metadata()?;
    let same = opened.dev() == there.dev() && opened.ino() == there.ino();
    Ok((again.starts_with(&root) && opened.is_file() && same).then_some((file, opened)))
}

fn absent_as_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.raw_os_error() == Some(nix::libc::ELOOP) => Ok(None),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput => Ok(None),
            _ => Err(error),
        },
    }
}
