// SPDX-License-Identifier: GPL-2.0-or-later
//! Digests of a replica's live entries, kept up to date entry by entry.
//!
//! Version vectors say what was *sent*; the digest checks what *is*. It is a hash for each of a fixed number of buckets of
//! keys, in which the hashes of the entries are combined by exclusive or, so that an entry can be taken out again.
//! Tombstones are not part of it: members forget them at different times without being different.

use crate::entry::Entry;

/// Number of buckets: a difference names about 1/256 of the keys, and all the hashes fit into one small message.
pub const BUCKETS: usize = 256;

/// The hashes of all the buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    buckets: [u64; BUCKETS],
}

impl Default for Digest {
    fn default() -> Self {
        Self { buckets: [0; BUCKETS] }
    }
}

impl Digest {
    /// Adds a live entry, or takes it out: doing it twice changes nothing.
    pub fn toggle(&mut self, entry: &Entry) {
        if !entry.is_tombstone() {
            self.buckets[bucket(entry)] ^= hash(entry);
        }
    }

    /// The hashes, by bucket.
    pub fn buckets(&self) -> &[u64] {
        &self.buckets
    }

    /// One number for the whole.
    pub fn root(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        self.buckets.iter().for_each(|b| {
            hasher.update(&b.to_le_bytes());
        });
        first_word(hasher.finalize())
    }
}

/// The bucket that an entry's key is in.
pub fn bucket(entry: &Entry) -> usize {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[entry.map.0]).update(entry.key.as_bytes());
    usize::from(hasher.finalize().as_bytes()[0])
}

fn hash(entry: &Entry) -> u64 {
    let v = entry.version;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[entry.map.0, v.rank]).update(&v.stamp.0.to_le_bytes()).update(&v.writer.0.to_le_bytes());
    hasher.update(entry.key.as_bytes());
    first_word(hasher.finalize())
}

fn first_word(hash: blake3::Hash) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(word)
}
