// SPDX-License-Identifier: GPL-2.0-or-later
//! What this node last agreed on with the cluster, key by key: the third of the three digests that decide what a difference
//! means (as the archive of Unison: Pierce and Vouillon, "What's in Unison?", 2004).

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    Policy,
    catalog::CatalogId,
    value::{ContentHash, State},
};

/// What was agreed on for a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// What the cluster would have to say for nothing to be pending here. To make the cluster's version pending, whatever it
    /// is, this is set to the local state.
    pub cluster: State,
    /// What this node had then: differs from the cluster's where another GeoServer writes the same in another form.
    pub local: State,
}

/// Which catalog this node belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Which.
    pub catalog: CatalogId,
    /// How its own objects are taken that were never agreed on, as long as they were not all compared.
    pub policy: Policy,
    /// Whether it had nothing of its own.
    pub pristine: bool,
    /// Keys that begin so were all compared since: the policy is no longer of use for them.
    pub compared: Vec<String>,
    /// With which data directory, see [`lasting`]; empty if that is not known. Last, for earlier builds stored nothing of it.
    pub directory: String,
}

impl Joined {
    /// Whether the policy for the first time still holds for a key.
    pub fn is_first(&self, key: &str) -> bool {
        !self.compared.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }

    /// Whether it was with this data directory, as far as that is known.
    fn is_of(&self, directory: &str) -> bool {
        directory.is_empty() || self.directory.is_empty() || self.directory == directory
    }
}

/// What stays of a data directory's id when it is copied or moved to another disk: all before the number that it has there.
pub(super) fn lasting(id: &str) -> &str {
    id.rsplit_once('-').map_or(id, |(lasting, _)| lasting)
}

/// A ledger as it lies on the node's disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredLedger {
    /// Which catalog it is about.
    pub joined: Option<Joined>,
    /// What was agreed on.
    pub records: BTreeMap<Arc<str>, Agreed>,
}

/// A change of the ledger, to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerChange {
    /// What is agreed on for a key now; `None`: nothing is remembered of it.
    Agreed(Arc<str>, Option<Agreed>),
    /// Which catalog it is about.
    Joined(Joined),
}

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct Ledger {
    stored: StoredLedger,
    changes: Vec<LedgerChange>,
    /// Exclusive or of what was agreed on: equal on nodes that have applied the same.
    checksum: u64,
}

impl Ledger {
    pub(super) fn new(stored: StoredLedger) -> Self {
        let checksum = stored.records.iter().fold(0, |sum, (key, agreed)| sum ^ word(key, agreed.cluster));
        Self { stored, changes: Vec::new(), checksum }
    }

    /// Which catalog it is about, if it is about this data directory. What was agreed on with another one says nothing of
    /// what is here: where a directory was not mounted these are the host's defaults, and nobody's edits.
    pub(super) fn joined(&self, directory: &str) -> Option<&Joined> {
        self.joined_with_any().filter(|joined| joined.is_of(lasting(directory)))
    }

    /// The same, with whichever data directory.
    pub(super) fn joined_with_any(&self) -> Option<&Joined> {
        self.stored.joined.as_ref()
    }

    pub(super) fn checksum(&self) -> u64 {
        self.checksum
    }

    pub(super) fn len(&self) -> usize {
        self.stored.records.len()
    }

    pub(super) fn get(&self, key: &str) -> Option<Agreed> {
        self.stored.records.get(key).copied()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.stored.records.keys()
    }

    pub(super) fn set(&mut self, key: &str, agreed: Agreed) {
        let key: Arc<str> = key.into();
        let before = self.stored.records.insert(key.clone(), agreed);
        if before != Some(agreed) {
            self.checksum ^= word(&key, before.and_then(|b| b.cluster)) ^ word(&key, agreed.cluster);
            self.changes.push(LedgerChange::Agreed(key, Some(agreed)));
        }
    }

    pub(super) fn forget(&mut self, key: &str) {
        if let Some((key, before)) = self.stored.records.remove_entry(key) {
            self.checksum ^= word(&key, before.cluster);
            self.changes.push(LedgerChange::Agreed(key, None));
        }
    }

    /// Begins anew, for a catalog. The records go first: a crash in between makes the node join for the first time again.
    pub(super) fn join(&mut self, joined: Joined) {
        for key in std::mem::take(&mut self.stored.records).into_keys() {
            self.changes.push(LedgerChange::Agreed(key, None));
        }
        self.checksum = 0;
        self.note(joined);
    }

    /// Goes on with the same catalog.
    pub(super) fn note(&mut self, joined: Joined) {
        self.stored.joined = Some(joined.clone());
        self.changes.push(LedgerChange::Joined(joined));
    }

    /// If it was not known which data directory it is about, it is this one.
    pub(super) fn know(&mut self, directory: &str) {
        let here = lasting(directory);
        if let Some(joined) = self.joined_with_any().filter(|joined| joined.directory.is_empty() && !here.is_empty()) {
            self.note(Joined { directory: here.to_owned(), ..joined.clone() });
        }
    }

    pub(super) fn take_changes(&mut self) -> Vec<LedgerChange> {
        std::mem::take(&mut self.changes)
    }
}

fn word(key: &str, state: State) -> u64 {
    let Some(ContentHash(hash)) = state else { return 0 };
    let mut hasher = blake3::Hasher::new();
    hasher.update(&hash).update(key.as_bytes());
    let mut word = [0; 8];
    word.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_of_what_the_cluster_says_and_not_of_how_it_came_about() {
        let state = |n| Some(ContentHash([n; 32]));
        let mut one = Ledger::default();
        one.set("a", Agreed { cluster: state(1), local: state(9) });
        one.set("b", Agreed { cluster: state(2), local: state(2) });
        one.set("b", Agreed { cluster: None, local: None });
        let mut two = Ledger::default();
        two.set("a", Agreed { cluster: state(1), local: state(1) });
        assert_eq!(one.checksum(), two.checksum());
        assert_eq!(Ledger::new(two.stored.clone()).checksum(), two.checksum());
        two.forget("a");
        assert_eq!(two.checksum(), 0);
        assert_eq!(two.take_changes().last(), Some(&LedgerChange::Agreed("a".into(), None)));
    }
}
