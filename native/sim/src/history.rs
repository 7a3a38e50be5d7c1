// SPDX-License-Identifier: GPL-2.0-or-later
//! What really happened, as nobody in the cluster knows it: the oracle of the invariants.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gs_cluster_core::{
    entry::{Entry, MapId, Version},
    id::{Dot, MemberId},
    node::WaitId,
    replica::Replica,
    versions::VersionVector,
};

use crate::plan::Micros;

/// A key of a map.
pub type Key = (MapId, Arc<str>);

/// A write that its caller waits for.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Of which key.
    pub key: Key,
    /// The write.
    pub written: (Version, Dot),
    /// The members that are waited for.
    pub members: BTreeSet<MemberId>,
    /// When it was given up, if it was.
    pub given_up: Option<Micros>,
    /// Whether all had it.
    pub acknowledged: bool,
    /// When it was made.
    pub since: Micros,
    /// Whether nothing was wrong any more then.
    pub in_whole_cluster: bool,
}

impl Wait {
    /// Whether it is still waited for.
    pub fn is_open(&self) -> bool {
        self.given_up.is_none() && !self.acknowledged
    }
}

/// See the [module](self).
#[derive(Debug, Default)]
pub struct History {
    /// All writes of a key and whether they are tombstones, the winning one last.
    writes: BTreeMap<Key, BTreeMap<(Version, Dot), bool>>,
    dots: BTreeSet<Dot>,
    /// Deletions of a key, and what their writer had seen.
    deletions: BTreeMap<Key, Vec<(Version, Dot, VersionVector)>>,
    /// All writes that were waited for.
    pub waits: BTreeMap<(MemberId, WaitId), Wait>,
}

impl History {
    /// Notes a write at its origin.
    pub fn wrote(&mut self, entry: &Entry, writer: &Replica) {
        let key = (entry.map, entry.key.clone());
        self.dots.insert(entry.dot);
        if entry.is_tombstone() {
            let deletion = (entry.version, entry.dot, writer.seen().clone());
            self.deletions.entry(key.clone()).or_default().push(deletion);
        }
        self.writes.entry(key).or_default().insert((entry.version, entry.dot), entry.is_tombstone());
    }

    /// Whether there was such a write.
    pub fn knows(&self, dot: Dot) -> bool {
        self.dots.contains(&dot)
    }

    /// All keys that were ever written.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.writes.keys()
    }

    /// The winning one of the writes of a key that a replica says it has seen, and whether it is a tombstone.
    pub fn winner_of_seen(&self, key: &Key, replica: &Replica) -> Option<(Version, Dot, bool)> {
        let writes = self.writes.get(key)?;
        let seen = writes.iter().rev().find(|((_, dot), _)| replica.seen().has(*dot));
        seen.map(|((version, dot), tombstone)| (*version, *dot, *tombstone))
    }

    /// A deletion that a replica has seen, and whose writer had seen this write before.
    pub fn deletion_of(&self, key: &Key, dot: Dot, replica: &Replica) -> Option<(Version, Dot)> {
        let deletions = self.deletions.get(key)?;
        let seen =
            deletions.iter().find(|(_, by, before)| *by != dot && knew(*by, before, dot) && replica.seen().has(*by));
        seen.map(|(version, by, ..)| (*version, *by))
    }

    /// Whether a replica has a write, or has seen one that beats it.
    pub fn holds(&self, replica: &Replica, key: &Key, written: (Version, Dot)) -> bool {
        if replica.get(key.0, &key.1).is_some_and(|held| (held.version, held.dot) >= written) {
            return true;
        }
        // It, or what beats it, may be a tombstone that has expired.
        self.winner_of_seen(key, replica)
            .is_some_and(|(version, dot, tombstone)| tombstone && (version, dot) >= written)
    }

    /// A member does not wait for one that is out.
    pub fn waits_no_more(&mut self, writer: MemberId, out: MemberId) {
        for (_, wait) in self.waits.range_mut((writer, 0)..=(writer, WaitId::MAX)) {
            wait.members.remove(&out);
        }
    }

    /// Whether a key was ever deleted.
    pub fn has_deletion(&self, key: &Key) -> bool {
        self.deletions.contains_key(key)
    }

    /// Whether a deletion of this key knew nothing of this write.
    pub fn has_unaware_deletion(&self, key: &Key, dot: Dot) -> bool {
        self.deletions.get(key).into_iter().flatten().any(|(_, by, before)| !knew(*by, before, dot))
    }

    /// Number of writes.
    pub fn len(&self) -> usize {
        self.dots.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.dots.is_empty()
    }
}

/// Whether the writer of a deletion knew a write. What it had seen was noted at the end of a step, in which it may have written
/// the key again after it had deleted it.
fn knew(deletion: Dot, before: &VersionVector, dot: Dot) -> bool {
    before.has(dot) && (dot.origin != deletion.origin || dot.seq <= deletion.seq)
}
