// SPDX-License-Identifier: GPL-2.0-or-later
//! The statuses as GeoServer's threads read them: a concurrent map that shares the entries with the core, so that a poll
//! waits for nobody, however busy the cluster is.

use std::sync::Arc;

use gs_cluster_core::{
    entry::{Entry, MapId},
    replica::Change,
    wps::{query::Filter, record::Record},
};

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct View(papaya::HashMap<Arc<str>, Arc<Entry>>);

impl View {
    /// Follows a change; in the order of the changes, by one thread at a time.
    pub(super) fn follow(&self, change: &Change) {
        match change {
            Change::Entry(entry) if entry.map == MapId::STATUS => {
                self.0.pin().insert(entry.key.clone(), entry.clone());
            }
            Change::Dropped(MapId::STATUS, key) => {
                self.0.pin().remove(key);
            }
            _ => (),
        }
    }

    /// The entry, which may be a tombstone.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Entry>> {
        self.0.pin().get(id).cloned()
    }

    /// Those that the filter accepts.
    pub(super) fn matching(&self, filter: &Filter<'_>) -> Vec<Arc<Entry>> {
        let accepted = |entry: &&Arc<Entry>| record(entry).is_some_and(|record| filter.accepts(&record));
        self.0.pin().values().filter(accepted).cloned().collect()
    }
}

/// The status of an entry; `None`: it was removed.
pub(super) fn record(entry: &Arc<Entry>) -> Option<Record<'_>> {
    entry.value.as_deref().and_then(Record::trusted)
}
