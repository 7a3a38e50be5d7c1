// SPDX-License-Identifier: GPL-2.0-or-later
//! The statuses as GeoServer's threads read them, sharing the records with the core.
//!
//! They are kept twice: in a concurrent map, so that a poll waits for nobody, however busy the cluster is; and side by side in
//! a table for each phase, so that a search reads memory from one end to the other and follows no pointers, and one for those
//! in a phase, which is the usual one, reads no others.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use gs_cluster_core::{
    entry::{Entry, MapId},
    replica::Change,
    wps::{
        Phase,
        query::{Filter, Query},
        record::{Head, Record},
    },
};

use super::StatusBytes;

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct View {
    /// The record of each status; `None`: it was removed.
    by_id: papaya::HashMap<Arc<str>, Option<StatusBytes>>,
    /// Locked for as long as a search takes, some 100 µs for ten thousand statuses, or a row.
    table: RwLock<Table>,
}

impl View {
    /// Follows a change; in the order of the changes, by one thread at a time.
    pub(super) fn follow(&self, change: &Change) {
        match change {
            Change::Entry(entry) if entry.map == MapId::STATUS => {
                self.by_id.pin().insert(entry.key.clone(), entry.value.clone());
                self.change(|table| table.put(entry));
            }
            Change::Dropped(MapId::STATUS, key) => {
                self.by_id.pin().remove(key);
                self.change(|table| table.remove(key));
            }
            _ => (),
        }
    }

    /// The record of a status, or that it was removed; `None`: it is unknown here.
    pub(super) fn get(&self, id: &str) -> Option<Option<StatusBytes>> {
        self.by_id.pin().get(id).cloned()
    }

    /// How many statuses the query is about, and the records on its page.
    pub(super) fn query(&self, query: &Query<'_>) -> (usize, Vec<StatusBytes>) {
        let table = self.table();
        let (total, page) = query.run(table.records(|phase| query.may_accept(phase)));
        (total, page.into_iter().cloned().collect())
    }

    /// The ids of the statuses that the filter accepts.
    pub(super) fn matching(&self, filter: &Filter<'_>) -> Vec<Arc<str>> {
        let table = self.table();
        let records = table.records(|phase| filter.may_accept(phase));
        let matching = records.filter(|(record, _)| filter.accepts(record));
        matching.map(|(record, _)| record.execution_id().into()).collect()
    }

    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Table)) {
        change(&mut self.table.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The statuses that were not removed, in no order.
#[derive(Debug, Default)]
struct Table {
    by_phase: [Rows; Phase::ALL.len()],
    places: HashMap<Arc<str>, Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    phase: Phase,
    row: usize,
}

#[derive(Debug, Default)]
struct Rows {
    heads: Vec<Head>,
    values: Vec<StatusBytes>,
    ids: Vec<Arc<str>>,
}

impl Table {
    fn records(&self, wanted: impl Fn(Phase) -> bool) -> impl Iterator<Item = (Record<'_>, &StatusBytes)> {
        let phases = Phase::ALL.into_iter().filter(move |phase| wanted(*phase));
        let rows = phases.map(|phase| &self.by_phase[phase as usize]);
        rows.flat_map(|rows| rows.heads.iter().zip(&rows.values))
            .filter_map(|(head, value)| Some((Record::of(head, value.get(head.len()..)?)?, value)))
    }

    fn put(&mut self, entry: &Entry) {
        let whole =
            entry.value.as_ref().and_then(|value| Some((value, *value.first_chunk()?, Record::trusted(value)?)));
        let Some((value, head, record)) = whole else { return self.remove(&entry.key) };
        let phase = record.phase();
        if let Some(place) = self.places.get(&entry.key).filter(|place| place.phase == phase) {
            let rows = &mut self.by_phase[phase as usize];
            rows.heads[place.row] = head;
            rows.values[place.row] = value.clone();
            return;
        }
        self.remove(&entry.key);
        let rows = &mut self.by_phase[phase as usize];
        self.places.insert(entry.key.clone(), Place { phase, row: rows.ids.len() });
        rows.ids.push(entry.key.clone());
        rows.heads.push(head);
        rows.values.push(value.clone());
    }

    fn remove(&mut self, id: &str) {
        let Some(Place { phase, row }) = self.places.remove(id) else { return };
        let rows = &mut self.by_phase[phase as usize];
        rows.heads.swap_remove(row);
        rows.values.swap_remove(row);
        rows.ids.swap_remove(row);
        if let Some(moved) = rows.ids.get(row) {
            self.places.insert(moved.clone(), Place { phase, row });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gs_cluster_core::{
        entry::Version,
        hlc::Stamp,
        id::{Dot, MemberId},
        wps::record::Draft,
    };

    fn saved(id: &str, phase: Option<Phase>) -> Change {
        let value = phase.map(|phase| Draft::new(id, phase).encode().into());
        let version = Version { rank: 0, stamp: Stamp(1), writer: MemberId(1) };
        let dot = Dot { origin: MemberId(1), seq: 1 };
        Change::Entry(Arc::new(Entry { map: MapId::STATUS, key: id.into(), value, version, dot, past: Vec::new() }))
    }

    #[test]
    fn map_and_table_tell_the_same_whatever_is_removed() {
        const RUNNING: &[u8] = &[6, 3, 0, 4, 1];
        let view = View::default();
        for id in ["a", "b", "c", "d"] {
            view.follow(&saved(id, Some(Phase::Queued)));
        }
        view.follow(&saved("a", Some(Phase::Running)));
        view.follow(&saved("d", Some(Phase::Running)));
        view.follow(&saved("a", None));
        view.follow(&Change::Dropped(MapId::STATUS, "b".into()));
        view.follow(&saved("b", Some(Phase::Running)));
        view.follow(&Change::Dropped(MapId::STATUS, "unknown".into()));
        let mut running = view.matching(&Filter::parse(RUNNING).unwrap());
        running.sort();
        assert_eq!(running, ["b".into(), "d".into()]);
        assert_eq!(view.get("a"), Some(None));
        assert_eq!(view.get("unknown"), None);
        assert!(view.get("c").flatten().is_some());
        assert_eq!(view.table().places.len(), 3);
    }
}
