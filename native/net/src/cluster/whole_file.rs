// SPDX-License-Identifier: GPL-2.0-or-later
//! A file as it is at one moment.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use gs_cluster_core::active::value::ContentHash;

/// How often a file is read that changes meanwhile.
const ATTEMPTS: u32 = 5;
/// Pause before it is read again: time for a writer to finish.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes read at once.
const CHUNK: usize = 128 * 1024;

/// What a file holds.
pub(super) struct Found {
    pub(super) hash: ContentHash,
    pub(super) size: u64,
    /// When it was changed, milliseconds since the epoch.
    pub(super) modified: u64,
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
    let after = path.metadata()?;
    if size != before.len() || moment(&before) != moment(&after) {
        return Ok(Reading::Changing);
    }
    let modified = before.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let modified = u64::try_from(modified.as_millis()).unwrap_or(u64::MAX);
    Ok(Reading::Found(Found { hash: ContentHash(*hasher.finalize().as_bytes()), size, modified, content }))
}

fn moment(metadata: &Metadata) -> (u64, u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.len(), metadata.mtime(), metadata.mtime_nsec())
}
