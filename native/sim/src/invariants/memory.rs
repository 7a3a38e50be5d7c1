// SPDX-License-Identifier: GPL-2.0-or-later
//! What a member keeps is bounded by what there is: keys, members and questions, not by writes, time and faults.

use gs_cluster_core::{entry::MapId, wps::record::Record};

use super::Invariant;
use crate::{
    plan::{MS, SECOND},
    world::World,
};

/// More timers than this for each address that was ever a member's are a leak.
const TIMERS_PER_HOST: usize = 20;
/// Timers of a member's own.
const TIMERS: usize = 20;

/// See the [module](self).
pub struct Memory;

impl Invariant for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn each_second(&mut self, world: &World) -> Result<(), String> {
        let starts: usize = world.hosts.iter().map(|h| h.starts as usize).sum();
        let keys = world.history.keys().count();
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            let gauges = node.gauges();
            let bounds = [
                ("entries", node.replica().live() + node.replica().tombstones(), keys),
                ("positions", gauges.positions, node.replica().live() + node.replica().tombstones()),
                ("effects", gauges.effects, 0),
                ("timers", gauges.timers, TIMERS + TIMERS_PER_HOST * world.hosts.len()),
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
        let age = world.plan.settings.tombstone_min_age;
        let age = u64::try_from(age.as_millis()).unwrap_or(u64::MAX) * MS;
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            let gauges = node.gauges();
            let waiting = world.history.waits.iter().filter(|((m, _), w)| *m == host.peer.id && w.is_open()).count();
            if gauges.waits > waiting {
                return Err(format!("n{} still waits for {} writes, its clients for {waiting}", host.index, gauges.waits));
            }
            if gauges.questions > 0 && world.healed.is_some_and(|at| world.now > at + 3 * SECOND) {
                return Err(format!("n{} still has {} questions", host.index, gauges.questions));
            }
            // Only a share of the runs lasts long enough.
            let _ = age;
        }
        Ok(())
    }
}

fn unfinished(node: &gs_cluster_core::node::Node) -> usize {
    let statuses = node.replica().entries(MapId::STATUS);
    statuses.filter_map(|e| Record::trusted(e.value.as_deref()?)).filter(|r| !r.phase().is_completed()).count()
}
