// SPDX-License-Identifier: GPL-2.0-or-later
//! A phase never goes back on any replica, and a removed status stays removed; unless somebody comes back who was away for
//! longer than a tombstone lives at most. ([`super::deletions`] looks more closely at what may return then.)

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gs_cluster_core::{
    entry::{Entry, MapId},
    replica::Change,
    wps::record::Record,
};

use super::{Event, Invariant};
use crate::{tamper::describe_entry, world::World};

#[derive(Default)]
struct Shown {
    ranks: BTreeMap<Arc<str>, u8>,
    removed: BTreeSet<Arc<str>>,
}

/// See the [module](self).
#[derive(Default)]
pub struct Phases {
    replicas: BTreeMap<usize, Shown>,
}

impl Invariant for Phases {
    fn name(&self) -> &'static str {
        "phases"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Started(at) => {
                let shown = self.replicas.entry(*at).or_default();
                *shown = Shown::default();
                let stored = world.hosts[*at].node.iter().flat_map(|n| n.replica().entries(MapId::STATUS));
                shown.ranks.extend(stored.map(|e| (e.key.clone(), e.version.rank)));
            }
            Event::Change(at, Change::Entry(entry)) if entry.map == MapId::STATUS => {
                let shown = self.replicas.entry(*at).or_default();
                let rank = entry.value.as_deref().map_or(u8::MAX, |v| Record::trusted(v).map_or(0, |r| r.rank()));
                let before = shown.ranks.insert(entry.key.clone(), rank);
                let forgotten = || forgotten(world, entry);
                if rank != entry.version.rank || (before.is_some_and(|before| rank < before) && !forgotten()) {
                    return Err(format!("n{at} had rank {before:?}, now {}", describe_entry(entry)));
                }
                if entry.is_tombstone() {
                    shown.removed.insert(entry.key.clone());
                } else if shown.removed.contains(&entry.key) && !forgotten() {
                    return Err(format!("n{at} shows again what was removed: {}", describe_entry(entry)));
                }
            }
            Event::Change(at, Change::Dropped(MapId::STATUS, key)) => {
                self.replicas.entry(*at).or_default().ranks.remove(key);
            }
            _ => (),
        }
        Ok(())
    }
}

fn forgotten(world: &World, entry: &Entry) -> bool {
    world.plan.forgets() && world.history.has_deletion(&(entry.map, entry.key.clone()))
}
