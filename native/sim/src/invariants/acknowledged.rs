// SPDX-License-Identifier: GPL-2.0-or-later
//! What `all` have acknowledged, all have, and it is not lost while one of them lives that has not lost it since.

use std::collections::BTreeMap;

use gs_cluster_core::{
    entry::Version,
    id::{Dot, MemberId},
    node::WaitId,
};

use super::{Event, Invariant};
use crate::{history::Key, trace::Short, world::World};

/// A write and the hosts that have it.
struct Held {
    key: Key,
    written: (Version, Dot),
    holders: Vec<usize>,
}

/// See the [module](self).
#[derive(Default)]
pub struct Acknowledged {
    writes: BTreeMap<(MemberId, WaitId), Held>,
}

impl Invariant for Acknowledged {
    fn name(&self) -> &'static str {
        "acknowledged"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Acknowledged(at, wait) => self.acknowledged(world, *at, *wait),
            // Only what was on the disk when it started is there still.
            Event::Started(at) => {
                let Some(node) = &world.hosts[*at].node else { return Ok(()) };
                for held in self.writes.values_mut() {
                    held.holders.retain(|h| h != at || world.history.holds(node.replica(), &held.key, held.written));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn at_end(&mut self, world: &World) -> Result<(), String> {
        for ((writer, wait), held) in &self.writes {
            if held.holders.is_empty() {
                continue;
            }
            for host in &world.hosts {
                let Some(node) = &host.node else { continue };
                if !world.history.holds(node.replica(), &held.key, held.written) {
                    return Err(format!(
                        "{}/{} of {}:{wait} was acknowledged, {:?} kept it, and n{} does not have it",
                        held.key.0.0,
                        held.key.1,
                        Short(*writer),
                        held.holders,
                        host.index
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Acknowledged {
    fn acknowledged(&mut self, world: &World, at: usize, wait: WaitId) -> Result<(), String> {
        let writer = &world.hosts[at];
        let Some(waited) = world.history.waits.get(&(writer.peer.id, wait)) else {
            return Ok(());
        };
        let mut holders = Vec::new();
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            let holds = world.history.holds(node.replica(), &waited.key, waited.written);
            if holds {
                holders.push(host.index);
            }
            let still_in = writer.node.iter().flat_map(|n| n.members()).any(|p| p.id == host.peer.id);
            if still_in && waited.members.contains(&host.peer.id) && !holds {
                return Err(format!(
                    "n{at}'s write {wait} of {}/{} is acknowledged by n{}, which does not have it",
                    waited.key.0.0, waited.key.1, host.index
                ));
            }
        }
        let held = Held { key: waited.key.clone(), written: waited.written, holders };
        self.writes.insert((writer.peer.id, wait), held);
        Ok(())
    }
}
