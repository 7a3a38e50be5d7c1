// SPDX-License-Identifier: GPL-2.0-or-later
//! What a member keeps is bounded by what there is: keys, members and questions, not by writes, time and faults.

use std::collections::BTreeMap;

use gs_cluster_core::{entry::MapId, wps::record::Record};

use super::{Event, Invariant};
use crate::{plan::SECOND, world::World};

/// Timers of a member's own, of the failure detector.
const TIMERS: usize = 20;
/// Timers for each host.
const TIMERS_PER_HOST: usize = 4;
/// Timers for each time that a member was found to be down: it is remembered for an hour.
const TIMERS_PER_DOWN: usize = 2;

/// See the [module](self).
#[derive(Default)]
pub struct Memory {
    downs: BTreeMap<usize, usize>,
}

impl Invariant for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn event(&mut self, _: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Started(at) => drop(self.downs.insert(*at, 0)),
            Event::Down(at, _) => *self.downs.entry(*at).or_default() += 1,
            _ => (),
        }
        Ok(())
    }

    fn each_second(&mut self, world: &World) -> Result<(), String> {
        let starts: usize = world.hosts.iter().map(|h| h.starts as usize).sum();
        let keys = world.history.keys().count();
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            let gauges = node.gauges();
            let downs = self.downs.get(&host.index).copied().unwrap_or(0);
            let timers = TIMERS + TIMERS_PER_HOST * world.hosts.len() + TIMERS_PER_DOWN * downs;
            let bounds = [
                ("entries", node.replica().live() + node.replica().tombstones(), keys),
                ("positions", gauges.positions, node.replica().live() + node.replica().tombstones()),
                ("effects", gauges.effects, 0),
                ("timers", gauges.timers, timers),
                ("members known", gauges.vectors, world.hosts.len() - 1),
                ("absent", gauges.absent, starts),
                ("origins", node.replica().seen().len(), starts),
                ("unfinished", gauges.unfinished, unfinished(node)),
            ];
            for (what, held, most) in bounds {
                if held > most {
                    return Err(format!("n{} holds {held} {what}, at most {most} are expected", host.index));
                }
            }
        }
        Ok(())
    }

    fn at_end(&mut self, world: &World) -> Result<(), String> {
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            let gauges = node.gauges();
            let waiting = world.history.waits.iter().filter(|((m, _), w)| *m == host.peer.id && w.is_open()).count();
            if gauges.waits > waiting {
                return Err(format!(
                    "n{} still waits for {} writes, its clients for {waiting}",
                    host.index, gauges.waits
                ));
            }
            if gauges.questions > 0 && world.healed.is_some_and(|at| world.now > at + 3 * SECOND) {
                return Err(format!("n{} still has {} questions", host.index, gauges.questions));
            }
        }
        Ok(())
    }
}

fn unfinished(node: &gs_cluster_core::node::Node) -> usize {
    let statuses = node.replica().entries(MapId::STATUS);
    statuses.filter_map(|e| Record::trusted(e.value.as_deref()?)).filter(|r| !r.phase().is_completed()).count()
}
