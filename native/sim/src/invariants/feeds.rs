// SPDX-License-Identifier: GPL-2.0-or-later
//! A reader that has read all there is of a feed knows each key's last state, however slowly it reads. That a key is no
//! longer held at all it hears as a change of the replica, not in the feed.

use gs_cluster_core::entry::MapId;

use super::{Event, Invariant};
use crate::world::World;

/// See the [module](self).
pub struct Feeds;

impl Invariant for Feeds {
    fn name(&self) -> &'static str {
        "feeds"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        let Event::FeedRead(at, map) = event else { return Ok(()) };
        compare(world, *at, *map)
    }
}

fn compare(world: &World, at: usize, map: MapId) -> Result<(), String> {
    let host = &world.hosts[at];
    let (Some(node), Some(reader)) = (&host.node, host.readers.get(&map)) else { return Ok(()) };
    let mut live = 0;
    for entry in node.replica().entries(map).filter(|e| !e.is_tombstone()) {
        live += 1;
        if reader.view.get(&entry.key) != Some(entry) {
            return Err(format!("n{at}'s reader does not know {}", crate::tamper::describe_entry(entry)));
        }
    }
    if reader.view.len() != live {
        return Err(format!("n{at}'s reader knows {} live keys of map {}, there are {live}", reader.view.len(), map.0));
    }
    Ok(())
}
