// SPDX-License-Identifier: GPL-2.0-or-later
//! The value of a shared object: a header that all members read, and a body that is sealed and that the core does not read.

use serde::{Deserialize, Serialize};

/// Version of the header. A value with another one is of a later release: it stays pending and is shown.
pub const SCHEMA: u8 = 1;

/// Keyed hash of an object's content: equal content, equal hash; without the key it says nothing of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 32]);

/// What a key stands for somewhere: a content, or nothing.
pub type State = Option<ContentHash>;

/// Of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Bytes.
    pub size: u64,
    /// Whether the body is its content. Otherwise it is fetched from a member that has it.
    pub inline: bool,
}

/// What all members read of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Of the content.
    pub hash: ContentHash,
    /// When it was made, milliseconds since the epoch, by the writer's clock: decides between versions that were made
    /// without knowledge of each other while a node was away.
    pub when: u64,
    /// The node that wrote it, as people call it: its member may be long gone.
    pub node: String,
    /// That node's data directory: who has the same one finds the change on disk.
    pub directory: String,
    /// Of a file.
    pub file: Option<FileInfo>,
}

impl Header {
    /// The value of an entry.
    pub fn with_body(&self, body: &[u8]) -> Vec<u8> {
        let mut value = vec![SCHEMA];
        // Fails only for types that postcard cannot write.
        value.extend_from_slice(&postcard::to_stdvec(self).unwrap_or_default());
        value.extend_from_slice(body);
        value
    }

    /// The header and the body; `None`: it was written by a later release.
    pub fn parse(value: &[u8]) -> Option<(Header, &[u8])> {
        let (schema, rest) = value.split_first()?;
        if *schema != SCHEMA {
            return None;
        }
        postcard::take_from_bytes(rest).ok()
    }
}

/// What a value says its key stands for. A value of a later release stands for itself.
pub fn state_of(value: &[u8]) -> ContentHash {
    Header::parse(value).map_or_else(|| ContentHash(*blake3::hash(value).as_bytes()), |(header, _)| header.hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_again_and_one_of_a_later_release_is_not() {
        let file = Some(FileInfo { size: 9, inline: false });
        let hash = ContentHash([7; 32]);
        let header = Header { hash, when: 5, node: "n".into(), directory: "d".into(), file };
        let mut value = header.with_body(b"body");
        assert_eq!(Header::parse(&value), Some((header, &b"body"[..])));
        assert_eq!(state_of(&value), hash);
        value[0] += 1;
        assert_eq!(Header::parse(&value), None);
        assert_ne!(state_of(&value), hash);
        assert_eq!(Header::parse(&[]), None);
    }
}
