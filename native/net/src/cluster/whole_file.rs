// SPDX-License-Identifier: GPL-2.0-or-later
//! A file as it is at one moment.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use gs_cluster_core::active::value::ContentHash;

/// How often a file is read that changes meanwhile.
const ATTEMPTS: u32 = 5;
/// Pause before it is read again: time for a writer to finish.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes read at once.
const CHUNK: usize = 128 * 1024;
/// Of the dates of files, on any file system.
const RESOLUTION: Duration = Duration::from_secs(2);

/// What can be seen of a file without reading it. Equal: nobody has changed it, if it had [come to rest](Look::is_at_rest).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) size: u64,
    /// Which file, on which disk.
    file: (u64, u64),
    modified: (i64, i64),
    /// Programs set the other date back.
    changed: (i64, i64),
}

impl Look {
    /// `None`: there is no file, or it cannot be seen.
    pub(super) fn at(path: &Path) -> Option<Look> {
        path.metadata().ok().filter(Metadata::is_file).map(|metadata| Look::of(&metadata))
    }

    fn of(file: &Metadata) -> Look {
        Look {
            size: file.len(),
            file: (file.dev(), file.ino()),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }

    /// When it was changed, milliseconds since the epoch.
    pub(super) fn modified(&self) -> u64 {
        let (seconds, nanos) = self.modified;
        u64::try_from(seconds.saturating_mul(1_000).saturating_add(nanos / 1_000_000)).unwrap_or(0)
    }

    /// Whether a file that is changed from `now` on looks otherwise: it gets another date than it has.
    pub(super) fn is_at_rest(&self, now: SystemTime) -> bool {
        let modified = UNIX_EPOCH + Duration::from_millis(self.modified());
        now.duration_since(modified).is_ok_and(|age| age > RESOLUTION)
    }
}

/// What a file holds.
pub(super) struct Found {
    pub(super) hash: ContentHash,
    pub(super) look: Look,
    /// Its content, if it is small.
    pub(super) content: Option<Vec<u8>>,
}

/// Reads a file; one of at most `inline` bytes is kept. `None`: there is none at this path, or it is no regular file.
///
/// # Errors
/// It cannot be read, or does not come to rest.
pub(super) fn read(path: &Path, hasher: blake3::Hasher, inline: u64) -> io::Result<Option<Found>> {
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        match once(path, hasher.clone(), inline) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Ok(Reading::Changing) => (),
            Ok(Reading::NoFile) => return Ok(None),
            Ok(Reading::Found(found)) => return Ok(Some(found)),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, "the file keeps changing while it is read"))
}

enum Reading {
    Found(Found),
    NoFile,
    Changing,
}

fn once(path: &Path, mut hasher: blake3::Hasher, inline: u64) -> io::Result<Reading> {
    let before = path.metadata()?;
    if !before.is_file() {
        return Ok(Reading::NoFile);
    }
    let mut file = File::open(path)?;
    let mut content = (before.len() <= inline).then(Vec::new);
    let mut chunk = vec![0; CHUNK];
    let mut size = 0;
    loop {
        let n = file.read(&mut chunk)?;
        if n == 0 {
            break;
        }
        size += n as u64;
        if size > before.len() {
            return Ok(Reading::Changing);
        }
        hasher.update(&chunk[..n]);
        if let Some(content) = &mut content {
            content.extend_from_slice(&chunk[..n]);
        }
    }
    // Another file may have taken the name meanwhile.
    let (before, after) = (Look::of(&before), Look::of(&path.metadata()?));
    if size != before.size || before != after {
        return Ok(Reading::Changing);
    }
    Ok(Reading::Found(Found { hash: ContentHash(*hasher.finalize().as_bytes()), look: before, content }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_just_now_may_be_changed_once_more_and_look_the_same() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        let look = Look { size: 1, file: (1, 1), modified: (1_000, 999_000_000), changed: (0, 0) };
        assert_eq!(look.modified(), 1_000_999);
        assert!(look.is_at_rest(at(1_003)));
        assert!(!look.is_at_rest(at(1_002)));
        assert!(!look.is_at_rest(at(900)), "its date is to come: of another clock");
        let never = Look { modified: (i64::MAX, 0), ..look };
        assert!(!never.is_at_rest(at(1_003)), "a date that somebody has made up");
    }
}
