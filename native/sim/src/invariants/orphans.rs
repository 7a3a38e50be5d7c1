// SPDX-License-Identifier: GPL-2.0-or-later
//! No process is given up while its owner lives and is connected to the member that gives it up. (That orphans are given
//! up in the end is part of [convergence](super::convergence).)

use std::collections::BTreeSet;

use gs_cluster_core::{
    entry::MapId,
    id::{Dot, MemberId},
    replica::Change,
    wps::record::{Record, Text},
};

use super::{Event, Invariant};
use crate::{
    plan::{Micros, SECOND},
    world::World,
};

/// A member that was cut off is a member again this long after the way was mended.
const REJOIN: Micros = 5 * SECOND;

/// See the [module](self).
#[derive(Default)]
pub struct Orphans {
    /// What was given up: it may come back to the member that did so, and is not given up again then.
    given_up: BTreeSet<Dot>,
}

impl Invariant for Orphans {
    fn name(&self) -> &'static str {
        "orphans"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        let Event::Change(at, Change::Entry(entry)) = event else { return Ok(()) };
        let host = &world.hosts[*at];
        if entry.map != MapId::STATUS || entry.dot.origin != host.peer.id {
            return Ok(());
        }
        let Some(record) = entry.value.as_deref().and_then(Record::trusted).filter(Record::is_presumed) else {
            return Ok(());
        };
        if !self.given_up.insert(entry.dot) {
            return Ok(());
        }
        let owner: Option<MemberId> = record.text(Text::Owner).and_then(|o| o.parse().ok());
        let Some(owner) = world.hosts.iter().find(|h| h.is_up() && Some(h.peer.id) == owner) else { return Ok(()) };
        let calm_since = calm_since(world, *at, owner.index);
        let grace = u64::try_from(world.plan.settings.orphan_grace.as_micros()).unwrap_or(u64::MAX);
        if calm_since.is_some_and(|since| since + grace.min(REJOIN) < world.now) {
            return Err(format!(
                "n{at} gives up {} though n{} lives and was connected since {:?}",
                entry.key, owner.index, calm_since
            ));
        }
        Ok(())
    }
}

/// Since when nothing has stood between two hosts; `None` if something does.
fn calm_since(world: &World, a: usize, b: usize) -> Option<Micros> {
    let network = &world.network;
    if network.is_cut(a, b) || network.is_cut(b, a) {
        return None;
    }
    let mut since = network.lossy_until;
    for host in [a, b] {
        let host = &world.hosts[host];
        if host.paused_until.is_some() {
            return None;
        }
        since = since.max(host.started).max(host.resumed);
    }
    for way in [(a, b), (b, a)] {
        since = since.max(network.cut_until.get(&way).copied().unwrap_or(0));
    }
    Some(network.narrow_until.values().copied().fold(since, Micros::max))
}
