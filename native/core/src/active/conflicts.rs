// SPDX-License-Identifier: GPL-2.0-or-later
//! Conflict copies: versions that lost against one that was made without knowledge of them. They are entries like all
//! others, so they can be listed and restored on any node, until somebody drops them or later ones need the room.
//!
//! The id is made of key and content, so several nodes that find the same loser keep one copy.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Local,
    value::{ContentHash, Header},
};
use crate::{
    entry::{Entry, MapId},
    node::{Node, Refusal},
    time::Now,
};

/// Copies kept of one key: more of them say nothing that the latest do not.
pub const MAX_PER_KEY: usize = 8;
/// Copies kept in all: more than anybody looks through.
pub const MAX_COPIES: usize = 1_000;
/// Bytes of all copies: they are in the memory of every node.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is known of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Of which object.
    pub key: String,
    /// When it lost, milliseconds since the epoch.
    pub when: u64,
    /// Against what.
    pub reason: String,
}

impl Conflict {
    /// What is known of a copy, and the value that lost, as it was in the entry; `None`: it is of a later release.
    pub fn parse(value: &[u8]) -> Option<(Conflict, &[u8])> {
        postcard::take_from_bytes(value).ok()
    }

    /// Names the copy of a content.
    pub fn id(key: &str, hash: ContentHash) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&hash.0).update(key.as_bytes());
        let hex = hasher.finalize().to_hex();
        hex[..32].to_owned()
    }
}

/// Families of which a node reads in the data directory what is there, whenever it is asked.
const READ_FROM_DISK: [&str; 2] = ["file/", "security/"];

/// Whether two versions cannot have been made without knowledge of each other, though two nodes told of them: with one data
/// directory, both found on disk what is there, one after the other. Of what a node keeps in memory this does not hold: there
/// an edit on either node is another one's loss.
pub(super) fn is_same_file(key: &str, directory: &str, other: &str) -> bool {
    !directory.is_empty() && directory == other && READ_FROM_DISK.iter().any(|family| key.starts_with(family))
}

impl Node {
    /// All copies with their entries, the latest first.
    pub fn conflicts(&self) -> Vec<(Conflict, Arc<Entry>)> {
        let parsed = |entry: &Arc<Entry>| Some((Conflict::parse(entry.value.as_deref()?)?.0, entry.clone()));
        let mut all: Vec<_> = self.replica.entries(MapId::CONFLICT).filter_map(parsed).collect();
        all.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.version));
        all
    }

    /// Forgets a copy; false if there is none of that id.
    pub fn drop_conflict(&mut self, id: &str, now: Now) -> bool {
        let held = self.replica.get(MapId::CONFLICT, id).is_some_and(|entry| !entry.is_tombstone());
        held && self.put(MapId::CONFLICT, id, None, 0, false, now).is_ok()
    }

    /// Keeps a version that lost.
    pub(super) fn keep(&mut self, key: &str, value: &[u8], reason: String, now: Now) -> Result<(), Refusal> {
        let Some((header, _)) = Header::parse(value) else { return Ok(()) };
        let id = Conflict::id(key, header.hash);
        if self.replica.get(MapId::CONFLICT, &id).is_some_and(|entry| !entry.is_tombstone()) {
            return Ok(());
        }
        let conflict = Conflict { key: key.to_owned(), when: now.wall_ms, reason };
        // Fails only for types that postcard cannot write.
        let mut copy = postcard::to_stdvec(&conflict).unwrap_or_default();
        copy.extend_from_slice(value);
        self.put(MapId::CONFLICT, &id, Some(copy.into()), 0, false, now)?;
        self.limit_conflicts(key, now);
        Ok(())
    }

    /// Of two objects of one name that were made apart, under keys of their own, one stands: what the other one was is kept
    /// as a version of that one. Who made it, and when, is what the cluster says of `loser`, if it knows of it.
    ///
    /// # Errors
    /// As [`Node::put`].
    pub fn shared_lost(&mut self, key: &str, loser: &str, local: &Local<'_>, now: Now) -> Result<(), Refusal> {
        if !self.active.takes_part() {
            return Ok(());
        }
        let header = |node: &Self, key| {
            let entry = node.shared_entry(key)?;
            Some(Header::parse(entry.value.as_deref()?)?.0)
        };
        let (made, stands) = (header(self, loser), header(self, key));
        let maker = made.as_ref().map_or_else(|| self.active.setup.node.clone(), |made| made.node.clone());
        let lost = Header {
            hash: local.hash,
            when: made.map_or(local.modified, |made| made.when),
            node: maker,
            directory: String::new(),
            file: local.file,
        };
        let by = stands.map_or_else(String::new, |stands| format!(" on node {}", stands.node));
        let reason = format!("an object of the same name, which was made{by} without knowledge of it");
        self.keep(key, &lost.with_body(&(local.body)()), reason, now)
    }

    fn limit_conflicts(&mut self, key: &str, now: Now) {
        let (mut all, mut of_key, mut bytes) = (0, 0, 0);
        let mut surplus = Vec::new();
        for (conflict, entry) in self.conflicts() {
            all += 1;
            bytes += entry.weight();
            of_key += usize::from(conflict.key == key);
            let too_many = all > MAX_COPIES || conflict.key == key && of_key > MAX_PER_KEY;
            if all > 1 && (too_many || bytes > MAX_BYTES) {
                surplus.push(entry.key.clone());
            }
        }
        for id in surplus {
            self.drop_conflict(&id, now);
        }
    }

    /// Keeps what lost in the replica to writes that did not know it. Every node that held a loser does so: its writer may
    /// be gone.
    pub(crate) fn keep_losers(&mut self, now: Now) {
        for loser in self.replica.take_losers() {
            let Some(value) = loser.value.as_deref().filter(|_| self.active.is_on()) else { continue };
            let Some((header, _)) = Header::parse(value) else { continue };
            let winner = self.replica.get(MapId::SHARED, &loser.key).and_then(|entry| entry.value.as_deref());
            let Some((_, key)) = loser.key.split_once('/') else { continue };
            let by = match winner.and_then(Header::parse) {
                Some((winner, _)) if winner.hash == header.hash => continue,
                Some((winner, _)) if is_same_file(key, &winner.directory, &header.directory) => continue,
                Some((winner, _)) => format!("a change on node {}", winner.node),
                None => "a removal".to_owned(),
            };
            let reason = format!("{by} that was made at the same time, and is the later one");
            // Too large cannot be: it was an entry.
            let _ = self.keep(key, value, reason, now);
        }
    }
}
