// SPDX-License-Identifier: GPL-2.0-or-later
//! A virtual disk: changes reach it in groups, and a crash loses the group that was not written.

use std::{collections::BTreeMap, sync::Arc};

use gs_cluster_core::{
    active::{LedgerChange, StoredLedger},
    entry::{Entry, MapId},
    replica::{Change, Stored},
    versions::VersionVector,
};

use crate::planted::Planted;

/// The durable part of a host.
#[derive(Debug, Default)]
pub struct Disk {
    entries: BTreeMap<(MapId, Arc<str>), Arc<Entry>>,
    seen: VersionVector,
    expired: VersionVector,
    pending: Vec<Change>,
    ledger: StoredLedger,
    agreed: Vec<LedgerChange>,
}

impl Disk {
    /// Takes a change, to be written with the next group. True if it is the first of its group.
    pub fn append(&mut self, change: Change, planted: Option<Planted>) -> bool {
        match (planted, &change) {
            (Some(Planted::TombstonesNotStored), Change::Entry(entry)) if entry.is_tombstone() => return false,
            (Some(Planted::SeenBeforeEntries), Change::Seen(origin, seq)) => {
                self.seen.raise(*origin, *seq);
            }
            _ => (),
        }
        self.pending.push(change);
        self.pending.len() + self.agreed.len() == 1
    }

    /// The same of what a member has agreed on.
    pub fn agree(&mut self, change: LedgerChange) -> bool {
        self.agreed.push(change);
        self.pending.len() + self.agreed.len() == 1
    }

    /// Writes the group.
    pub fn flush(&mut self) {
        for change in std::mem::take(&mut self.agreed) {
            match change {
                LedgerChange::Agreed(key, Some(agreed)) => drop(self.ledger.records.insert(key, agreed)),
                LedgerChange::Agreed(key, None) => drop(self.ledger.records.remove(&key)),
                LedgerChange::Joined(joined) => self.ledger.joined = Some(joined),
            }
        }
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Entry(entry) => {
                    self.entries.insert((entry.map, entry.key.clone()), entry);
                }
                Change::Dropped(map, key) => {
                    self.entries.remove(&(map, key));
                }
                Change::Seen(origin, seq) => {
                    self.seen.raise(origin, seq);
                }
                Change::Expired(origin, seq) => {
                    self.expired.raise(origin, seq);
                }
            }
        }
    }

    /// The power fails.
    pub fn crash(&mut self) {
        self.pending.clear();
        self.agreed.clear();
    }

    /// What is on it. Who wrote it, the host knows.
    pub fn stored(&self) -> Stored {
        Stored {
            entries: self.entries.values().map(|e| Entry::clone(e)).collect(),
            seen: self.seen.clone(),
            expired: self.expired.clone(),
            writer: None,
            ledger: self.ledger.clone(),
        }
    }

    /// What was seen of the stored replica.
    pub fn seen(&self) -> &VersionVector {
        &self.seen
    }
}
