// SPDX-License-Identifier: GPL-2.0-or-later
//! The statuses as GeoServer's threads read them: a concurrent map that shares the records with the core, so that a poll
//! waits for nobody, however busy the cluster is.

use std::sync::Arc;

use gs_cluster_core::{
    entry::{Entry, MapId},
    replica::Change,
    wps::{
        query::{Filter, Query},
        record::{Head, Record},
    },
};

use super::StatusBytes;

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct View(papaya::HashMap<Arc<str>, Row>);

/// A status with the head of its record at hand: a search over ten thousand statuses reads one place in memory for each,
/// and not three.
#[derive(Debug)]
struct Row {
    head: Head,
    /// The record; `None`: the status was removed.
    value: Option<StatusBytes>,
}

impl Row {
    fn new(entry: &Entry) -> Self {
        let value = entry.value.clone();
        let head = value.as_ref().and_then(|v| v.first_chunk()).copied().unwrap_or([0; size_of::<Head>()]);
        Self { head, value }
    }

    fn record(&self) -> Option<Record<'_>> {
        Record::of(&self.head, self.value.as_ref()?.get(self.head.len()..)?)
    }
}

impl View {
    /// Follows a change; in the order of the changes, by one thread at a time.
    pub(super) fn follow(&self, change: &Change) {
        match change {
            Change::Entry(entry) if entry.map == MapId::STATUS => {
                self.0.pin().insert(entry.key.clone(), Row::new(entry));
            }
            Change::Dropped(MapId::STATUS, key) => {
                self.0.pin().remove(key);
            }
            _ => (),
        }
    }

    /// The record of a status, or that it was removed; `None`: it is unknown here.
    pub(super) fn get(&self, id: &str) -> Option<Option<StatusBytes>> {
        self.0.pin().get(id).map(|row| row.value.clone())
    }

    /// How many statuses the query is about, and the records on its page.
    pub(super) fn query(&self, query: &Query<'_>) -> (usize, Vec<StatusBytes>) {
        let rows = self.0.pin();
        let (total, page) = query.run(rows.values().filter_map(|row| Some((row.record()?, row.value.as_ref()?))));
        (total, page.into_iter().cloned().collect())
    }

    /// The ids of the statuses that the filter accepts.
    pub(super) fn matching(&self, filter: &Filter<'_>) -> Vec<Arc<str>> {
        let rows = self.0.pin();
        rows.iter().filter(|(_, row)| accepts(filter, row)).map(|(id, _)| id.clone()).collect()
    }
}

fn accepts(filter: &Filter<'_>, row: &Row) -> bool {
    row.record().is_some_and(|record| filter.accepts(&record))
}
