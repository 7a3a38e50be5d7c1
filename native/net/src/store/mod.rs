// SPDX-License-Identifier: GPL-2.0-or-later
//! The durable store: what this node knows, kept on its own disk, so that a full stop and start of the cluster loses nothing.
//!
//! Writers never wait for the disk. They put into a pending map, where a later write of a key replaces an earlier one, and
//! one thread takes all of it at once and commits it in a transaction (group commit: one fsync for however many writes came
//! in meanwhile). A batch is never split between two groups, so the file always holds the state after some batch and before
//! the next, whenever the machine stops.
//!
//! # When the disk does not keep up or fails
//! The pending map holds at most one value for each key, and a value is shared with the map in memory (`Arc`), so it grows with
//! the number of keys, not of writes. Beyond [`MAX_PENDING`] the disk is as good as dead. The same then happens as on an I/O
//! error: the store turns itself off, says so once, and the node goes on in memory. Off is the only safe answer. Blocking would
//! stall GeoServer's threads. Dropping single writes would leave a file that claims to have seen what it does not hold
//! (its version vector is newer than its entries), which no peer would ever repair; a file that stopped at an older group is
//! consistent, and anti-entropy brings the rest after the next start.

#[cfg(test)]
mod crash;
mod disk;
mod writer;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use writer::Writer;

/// Bytes of keys and values that may wait for the disk. A healthy disk takes some megabytes per group; this much means that it
/// has stood still for seconds under full load.
pub const MAX_PENDING: usize = 256 << 20;
/// How long a group gathers before it is written: at most fifty fsyncs a second, so that a busy node does not keep the disk
/// from GeoServer.
pub const GROUP_INTERVAL: Duration = Duration::from_millis(20);
/// How long dropping the store waits for the last group, where nobody called [`Store::close`].
pub const DROP_DEADLINE: Duration = Duration::from_secs(5);

/// A key of either table.
pub type Key = Vec<u8>;

/// One batch of writes; becomes durable as a whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Entries to write. The values are shared, not copied.
    pub put: Vec<(Key, Arc<[u8]>)>,
    /// Entries to remove; applied after `put`.
    pub delete: Vec<Key>,
    /// Meta values to write.
    pub meta: Vec<(Key, Vec<u8>)>,
}

/// What the store held when it was opened.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All entries, by key.
    pub entries: Vec<(Key, Vec<u8>)>,
    /// All meta values.
    pub meta: HashMap<Key, Vec<u8>>,
    /// The file was damaged and the store is a fresh one: where the damaged file is kept, and why. For the administrator.
    pub set_aside: Option<SetAside>,
}

/// A damaged file that was renamed.
#[derive(Debug)]
pub struct SetAside {
    /// Its new name.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for SetAside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the state file was damaged ({}); it is kept as {}, and this node starts with an empty state and gets everything from its peers",
            self.why,
            self.path.display()
        )
    }
}

/// Why the store was not opened. The directory is as it was.
#[derive(Debug)]
pub enum StoreError {
    /// Another node uses the directory.
    Locked {
        /// The directory.
        dir: PathBuf,
        /// What the other node wrote about itself; empty if it cannot be read.
        owner: String,
    },
    /// The file was written by a later release.
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        schema: u64,
    },
    /// The file system refused.
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        why: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { dir, owner } => write!(
                f,
                "LOCKED: the state directory {} is in use by another node ({}): give each node a state directory of its own",
                dir.display(),
                if owner.is_empty() { "unknown" } else { owner }
            ),
            Self::Newer { path, schema } => write!(
                f,
                "the state file {} has schema {schema}, and this release reads {} at most: install the later release again, or move the file away to start empty",
                path.display(),
                disk::SCHEMA
            ),
            Self::Io { path, why } => write!(
                f,
                "the state directory cannot be used ({}: {why}): it must be a writable directory on a local disk that supports file locks",
                path.display()
            ),
        }
    }
}

impl std::error::Error for StoreError {}

/// Why [`Store::flush`] did not reach the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlushError {
    /// The deadline passed first; the thread goes on.
    Timeout,
    /// The store is off; why.
    Off(String),
}

impl fmt::Display for FlushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("the disk did not take the state in time"),
            Self::Off(why) => write!(f, "the store is off: {why}"),
        }
    }
}

impl std::error::Error for FlushError {}

/// Called once, from the store's thread or from a writer, when the store turns itself off; with the reason. Must not block.
pub type OnFailure = Box<dyn FnOnce(&str) + Send>;

/// The store of one node. Dropping it flushes, for [`DROP_DEADLINE`] at most.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
}

impl Store {
    /// Opens the store in `dir` (made if missing) and loads all of it. `owner` describes this node to one that finds the
    /// directory locked.
    ///
    /// # Errors
    /// [`StoreError`]. A damaged file is none: it is set aside ([`Loaded::set_aside`]).
    pub fn open(dir: &Path, owner: &str, failed: OnFailure) -> Result<(Self, Loaded), StoreError> {
        let (disk, loaded) = disk::Disk::open(dir, owner)?;
        let writer = Writer::start(disk, failed)
            .map_err(|error| StoreError::Io { path: dir.to_owned(), why: format!("no thread for it: {error}") })?;
        Ok((Self { writer }, loaded))
    }

    /// Takes a batch to be written. Never waits for the disk; does nothing once the store is off.
    pub fn write(&self, batch: Batch) {
        self.writer.write(batch);
    }

    /// Waits until everything written before is on the disk.
    ///
    /// # Errors
    /// [`FlushError`].
    pub fn flush(&self, deadline: Duration) -> Result<(), FlushError> {
        self.writer.flush(deadline)
    }

    /// Why the store is off, if it is.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.writer.failure()
    }

    /// Writes what is pending, closes the file and gives the directory free.
    ///
    /// # Errors
    /// [`FlushError`]; on a timeout the thread goes on, and keeps the directory until it is done.
    pub fn close(mut self, deadline: Duration) -> Result<(), FlushError> {
        self.writer.close(deadline)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // After `close` this returns at once. There is nobody to tell about a failure that `OnFailure` has not told.
        let _ = self.writer.close(DROP_DEADLINE);
    }
}
