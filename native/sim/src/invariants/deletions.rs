// SPDX-License-Identifier: GPL-2.0-or-later
//! What was replaced or deleted does not return: a replica that held a value and then holds another one, a tombstone or
//! nothing in its place never holds that value again, unless what replaced it knew nothing of it and has been forgotten, all
//! tombstones of that age having expired; and nobody who has seen a deletion holds what it deleted.

use std::collections::{BTreeMap, BTreeSet};

use gs_cluster_core::{entry::Entry, id::Dot, replica::Change};

use super::{Event, Invariant};
use crate::{history::Key, tamper::describe_entry, trace::Short, world::World};

#[derive(Default)]
struct Shown {
    held: BTreeMap<Key, Dot>,
    replaced: BTreeSet<Dot>,
}

/// See the [module](self).
#[derive(Default)]
pub struct Deletions {
    replicas: BTreeMap<usize, Shown>,
    /// Values that came late, from one who was away, to a replica that never held them and had forgotten their deletion:
    /// a replica cannot know of what it never saw.
    late: BTreeSet<Dot>,
}

impl Invariant for Deletions {
    fn name(&self) -> &'static str {
        "deletions"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Started(at) => {
                let shown = self.replicas.entry(*at).or_default();
                *shown = Shown::default();
                let stored = world.hosts[*at].node.iter().flat_map(|n| n.replica().all());
                shown.held.extend(stored.map(|e| ((e.map, e.key.clone()), e.dot)));
            }
            Event::Change(at, Change::Entry(entry)) => {
                let shown = self.replicas.entry(*at).or_default();
                let again = !entry.is_tombstone() && shown.replaced.contains(&entry.dot);
                if !again && is_late(world, *at, entry) {
                    self.late.insert(entry.dot);
                }
                if again && !self.late.contains(&entry.dot) && !forgotten(world, *at, entry) {
                    return Err(format!("n{at} holds again: {}", describe_entry(entry)));
                }
                shown.replaced.extend(shown.held.insert((entry.map, entry.key.clone()), entry.dot));
                shown.replaced.remove(&entry.dot);
            }
            Event::Change(at, Change::Dropped(map, key)) => {
                let shown = self.replicas.entry(*at).or_default();
                shown.replaced.extend(shown.held.remove(&(*map, key.clone())));
            }
            _ => (),
        }
        Ok(())
    }

    fn each_second(&mut self, world: &World) -> Result<(), String> {
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            for entry in node.replica().all().filter(|e| !e.is_tombstone() && !self.late.contains(&e.dot)) {
                let key = (entry.map, entry.key.clone());
                let Some((_, dot)) = world.history.deletion_of(&key, entry.dot, node.replica()) else { continue };
                return Err(format!(
                    "n{} has seen the deletion {}:{} and holds what it deleted: {}",
                    host.index,
                    Short(dot.origin),
                    dot.seq,
                    describe_entry(entry)
                ));
            }
        }
        Ok(())
    }

    fn at_end(&mut self, world: &World) -> Result<(), String> {
        self.each_second(world)
    }
}

/// Whether a deletion that knew nothing of this value replaced it, and may have been forgotten since.
fn forgotten(world: &World, at: usize, entry: &Entry) -> bool {
    let Some(node) = &world.hosts[at].node else { return false };
    let key = (entry.map, entry.key.clone());
    let aware = world.history.deletion_of(&key, entry.dot, node.replica()).is_some();
    world.plan.forgets() && !aware && world.history.has_unaware_deletion(&key, entry.dot)
}

/// Whether this value was deleted, as this replica knows, and comes to it for the first time after tombstones expired.
fn is_late(world: &World, at: usize, entry: &Entry) -> bool {
    let Some(node) = &world.hosts[at].node else { return false };
    let key = (entry.map, entry.key.clone());
    world.plan.forgets() && world.history.deletion_of(&key, entry.dot, node.replica()).is_some()
}
