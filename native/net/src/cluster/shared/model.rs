// SPDX-License-Identifier: GPL-2.0-or-later
//! What passes between the host and its shared objects.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use gs_cluster_core::node::Refusal;

use super::MAX_CONTENT;

/// Why a call about shared objects failed. Nothing changed.
#[derive(Debug)]
pub enum SharedError {
    /// Active clustering is off, or refused; why, and what to do.
    Off(&'static str),
    /// The core refused.
    Refused(Refusal),
    /// The file system refused.
    Io(PathBuf, io::Error),
    /// A content cannot be sealed or opened.
    Seal(String),
    /// The key of a file is no path below the data directory.
    NoPath(String),
}

impl fmt::Display for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SharedError::Off(why) => f.write_str(why),
            SharedError::Refused(_) => {
                write!(
                    f,
                    "the key is longer than 1000 bytes, or the object larger than {MAX_CONTENT} bytes; nothing changed"
                )
            }
            SharedError::Io(path, error) => write!(f, "{}: {error}; nothing changed", path.display()),
            SharedError::NoPath(key) => write!(f, "{key:?} is no path below the data directory; nothing changed"),
            SharedError::Seal(key) => write!(f, "the content of {key} cannot be sealed or opened; nothing changed"),
        }
    }
}

impl std::error::Error for SharedError {}

impl From<Refusal> for SharedError {
    fn from(refusal: Refusal) -> Self {
        SharedError::Refused(refusal)
    }
}

/// The content of an object that is no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// What is compared.
    pub bytes: Vec<u8>,
    /// What goes with it.
    pub extra: Vec<u8>,
    /// When it was changed, milliseconds since the epoch; zero if nobody knows.
    pub modified: u64,
}

/// What the host tells of: an object, or the file at a path.
#[derive(Clone, Copy, Debug)]
pub enum Here<'a> {
    /// Nothing: it was removed.
    Nothing,
    /// An object.
    Object(&'a Content),
    /// A file; if there is none, as nothing.
    File(&'a Path),
}

/// How what the host tells is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// It is here after a start or a reload.
    Compare,
    /// Somebody has changed it just now.
    Put,
    /// It is nobody's edit.
    Derived,
}

/// A version to apply.
#[derive(Clone, Debug)]
pub struct ToApply {
    /// Of which key.
    pub key: Arc<str>,
    /// Names the version.
    pub token: u64,
    /// The content; `None`: it was removed, or is a file.
    pub content: Option<Content>,
    /// Size of a file.
    pub file: Option<u64>,
    /// The node that wrote it.
    pub node: String,
    /// Whether it is on disk here already: that node has this one's data directory, and a comparison did not miss it.
    pub same_directory: bool,
    /// When, milliseconds since the epoch.
    pub when: u64,
}

/// A version that lost.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Names it.
    pub id: Arc<str>,
    /// Of which object.
    pub key: String,
    /// The node that wrote it.
    pub node: String,
    /// When that was, milliseconds since the epoch.
    pub when: u64,
    /// Against what it lost.
    pub reason: String,
}

/// Whether a key that is to be a file's is a plain path: it is a peer that names it.
pub(super) fn is_fit(key: &str) -> bool {
    let Some(path) = key.strip_prefix("file/") else { return true };
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\\']);
    path.split('/').all(plain)
}

/// `u32` length of the bytes, the bytes, and what goes with them.
pub(super) fn pack(content: &Content) -> Vec<u8> {
    let length = u32::try_from(content.bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), content.bytes.as_slice(), &content.extra].concat()
}

pub(super) fn unpack(packed: &[u8]) -> Option<Content> {
    let (length, rest) = packed.split_first_chunk::<4>()?;
    let (bytes, extra) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some(Content { bytes: bytes.to_vec(), extra: extra.to_vec(), modified: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_file_is_a_plain_path() {
        for fit in ["file/a", "file/styles/x.sld", "file/.hidden/..b", "catalog/../x", "filed"] {
            assert!(is_fit(fit), "{fit}");
        }
        for bad in ["file/", "file//etc", "file/..", "file/a/../b", "file/a/", "file/./a", "file/a\0b", "file/a\\..\\b"]
        {
            assert!(!is_fit(bad), "{bad}");
        }
    }

    #[test]
    fn contents_are_unpacked_as_they_were_packed() {
        let content = Content { bytes: b"abc".to_vec(), extra: b"de".to_vec(), modified: 0 };
        let packed = pack(&content);
        assert_eq!(unpack(&packed), Some(content));
        for cut in 0..7 {
            assert_eq!(unpack(&packed[..cut]), None, "{cut}");
        }
    }
}
