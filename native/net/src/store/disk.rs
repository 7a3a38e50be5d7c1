// SPDX-License-Identifier: GPL-2.0-or-later
//! The file: lock, schema, loading, commit.

use super::writer::Group;
use super::{Loaded, SetAside, StoreError};
use redb::{
    Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, StorageError, TableDefinition, TableError,
};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Version of the tables. Raised when their meaning changes.
pub(super) const SCHEMA: u64 = 1;

const FILE: &str = "state.redb";
const LOCK: &str = "lock";
const ENTRIES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("entries");
const META: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("meta");
const ABOUT: TableDefinition<'_, &str, u64> = TableDefinition::new("about");
const SCHEMA_KEY: &str = "schema";
/// Pages kept in memory. The map in memory answers all reads; the cache only serves the tree's upper pages on commit.
const CACHE: usize = 4 << 20;
/// Longest text of an owner that is read from a lock file, in bytes.
const OWNER_MAX: u64 = 512;

/// The open file. The directory stays locked as long as it lives.
#[derive(Debug)]
pub(super) struct Disk {
    database: Database,
    /// Declared last: the directory is free after the file is closed.
    _lock: Option<Lock>,
}

/// Why a file cannot be used.
pub(super) enum Unusable {
    Damaged(String),
    Newer(u64),
    Locked,
    Io(String),
}

impl Disk {
    pub(super) fn open(dir: &Path, owner: &str) -> Result<(Self, Loaded), StoreError> {
        let refused = |error: io::Error| StoreError::Io { path: dir.to_owned(), why: error.to_string() };
        std::fs::create_dir_all(dir).map_err(refused)?;
        let lock = lock(dir, owner)?;
        let path = dir.join(FILE);
        let mut set_aside = None;
        let opened = match open_file(&path) {
            Err(Unusable::Damaged(why)) => {
                let kept = aside(&path);
                std::fs::rename(&path, &kept).map_err(refused)?;
                set_aside = Some(SetAside { path: kept, why });
                open_file(&path)
            }
            other => other,
        };
        // A new file's name has to be on the disk as well; some file systems refuse, and then order it themselves.
        let _ = File::open(dir).and_then(|dir| dir.sync_all());
        match opened {
            Ok((database, loaded)) => Ok((Self { database, _lock: Some(lock) }, Loaded { set_aside, ..loaded })),
            Err(Unusable::Newer(schema)) => Err(StoreError::Newer { path, schema }),
            Err(Unusable::Locked) => Err(StoreError::Locked { dir: dir.to_owned(), owner: String::new() }),
            Err(Unusable::Io(why) | Unusable::Damaged(why)) => Err(StoreError::Io { path, why }),
        }
    }

    /// A database that is no file, and needs no lock.
    #[cfg(test)]
    pub(super) fn over(database: Database) -> Self {
        Self { database, _lock: None }
    }

    /// Writes a group in one transaction; when this returns it is on the disk.
    pub(super) fn commit(&self, group: &Group) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        {
            let mut entries = transaction.open_table(ENTRIES)?;
            for (key, value) in &group.entries {
                match value {
                    Some(value) => entries.insert(key.as_slice(), &**value)?,
                    None => entries.remove(key.as_slice())?,
                };
            }
            let mut meta = transaction.open_table(META)?;
            for (key, value) in &group.meta {
                meta.insert(key.as_slice(), value.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

/// Takes the directory for this node. The lock is the system's, so it is free again when the process ends in whatever way.
fn lock(dir: &Path, owner: &str) -> Result<Lock, StoreError> {
    let path = dir.join(LOCK);
    let refused = |error: io::Error| StoreError::Io { path: path.clone(), why: error.to_string() };
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut owner = Vec::new();
            // Without it the message names nobody.
            let _ = file.take(OWNER_MAX).read_to_end(&mut owner);
            let owner = String::from_utf8_lossy(&owner).trim().to_owned();
            return Err(StoreError::Locked { dir: dir.to_owned(), owner });
        }
        Err(TryLockError::Error(error)) => return Err(refused(error)),
    }
    let about = format!("{owner}, process {}\n", std::process::id());
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(about.as_bytes()));
    written.map_err(refused)?;
    Ok(Lock(file))
}

/// A locked file. Unlocked explicitly: closing alone would not, as long as a child process that this one is just starting
/// still has a copy of the descriptor.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn open_file(path: &Path) -> Result<(Database, Loaded), Unusable> {
    // redb reports damage that it finds; a damage that it does not expect may still be a panic inside it.
    catch_unwind(AssertUnwindSafe(|| open_and_load(path))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(Unusable::Damaged(text.unwrap_or("the reader stopped").to_owned()))
    })
}

fn open_and_load(path: &Path) -> Result<(Database, Loaded), Unusable> {
    // Verifies every checksum: the file is read as a whole in any case.
    adopt(Builder::new().set_cache_size(CACHE).set_check_integrity_on_open(true).create(path)?)
}

/// Checks the schema of a database, or gives an empty one its tables, and loads it.
pub(super) fn adopt(database: Database) -> Result<(Database, Loaded), Unusable> {
    let reading = database.begin_read().map_err(redb::Error::from)?;
    let schema = match reading.open_table(ABOUT) {
        Ok(about) => about.get(SCHEMA_KEY)?.map(|value| value.value()),
        Err(TableError::TableDoesNotExist(_)) => None,
        Err(error) => return Err(redb::Error::from(error).into()),
    };
    drop(reading);
    match schema {
        None => initialise(&database)?,
        Some(SCHEMA) => {}
        Some(other) => return Err(Unusable::Newer(other)),
    }
    let loaded = load(&database)?;
    Ok((database, loaded))
}

fn initialise(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(ENTRIES)?;
    transaction.open_table(META)?;
    transaction.open_table(ABOUT)?.insert(SCHEMA_KEY, SCHEMA)?;
    transaction.commit()?;
    Ok(())
}

fn load(database: &Database) -> Result<Loaded, redb::Error> {
    let reading = database.begin_read()?;
    let mut loaded = Loaded::default();
    for row in reading.open_table(ENTRIES)?.iter()? {
        let (key, value) = row?;
        loaded.entries.push((key.value().to_vec(), value.value().to_vec()));
    }
    for row in reading.open_table(META)?.iter()? {
        let (key, value) = row?;
        loaded.meta.insert(key.value().to_vec(), value.value().to_vec());
    }
    Ok(loaded)
}

/// A name for the damaged file that is not taken.
fn aside(path: &Path) -> PathBuf {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let names = (0u32..)
        .map(|n| path.with_extension(if n == 0 { format!("damaged-{now}") } else { format!("damaged-{now}-{n}") }));
    names.into_iter().find(|name| !name.exists()).unwrap_or_else(|| path.with_extension("damaged"))
}

impl From<redb::Error> for Unusable {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::Locked,
            redb::Error::Io(error) if !means_damage(&error) => Self::Io(error.to_string()),
            // An I/O error that was met before.
            redb::Error::PreviousIo => Self::Io(error.to_string()),
            // What is left is a file that is not as this release has written it.
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// A file that is no database at all, or ends too early, is reported as an I/O error.
fn means_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

impl From<DatabaseError> for Unusable {
    fn from(error: DatabaseError) -> Self {
        redb::Error::from(error).into()
    }
}

impl From<StorageError> for Unusable {
    fn from(error: StorageError) -> Self {
        redb::Error::from(error).into()
    }
}
