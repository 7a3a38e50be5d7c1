// SPDX-License-Identifier: GPL-2.0-or-later
//! What must hold, whatever happens: one invariant in each file.

use gs_cluster_core::{
    entry::MapId,
    id::MemberId,
    node::{RequestId, WaitId},
    replica::Change,
};

use crate::world::World;

pub mod acknowledged;
pub mod claims;
pub mod convergence;
pub mod deletions;
pub mod echo;
pub mod edits;
pub mod feeds;
pub mod in_step;
pub mod memory;
pub mod orphans;
pub mod phases;
pub mod waits;

/// What happened just now. Hosts are named by their numbers.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A member started, with what was on its disk.
    Started(usize),
    /// A member ended.
    Stopped(usize),
    /// A replica changed.
    Change(usize, &'a Change),
    /// A write was acknowledged by all.
    Acknowledged(usize, WaitId),
    /// The peers were asked.
    Asked(usize, RequestId),
    /// The peers have answered.
    Answered(usize, RequestId),
    /// A member is no longer there for another.
    Down(usize, MemberId),
    /// A reader has read all there is of a feed.
    FeedRead(usize, MapId),
    /// An application's object was published, though nobody edited it there.
    Echo(usize, &'a str),
}

/// Something that must hold.
pub trait Invariant {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Something happened.
    fn event(&mut self, _world: &World, _event: &Event<'_>) -> Result<(), String> {
        Ok(())
    }

    /// A second of virtual time has passed.
    fn each_second(&mut self, _world: &World) -> Result<(), String> {
        Ok(())
    }

    /// The cluster is whole and quiet, and the run ends.
    fn at_end(&mut self, _world: &World) -> Result<(), String> {
        Ok(())
    }
}

/// All of them.
pub fn all() -> Vec<Box<dyn Invariant>> {
    vec![
        Box::new(acknowledged::Acknowledged::default()),
        Box::new(claims::Claims),
        Box::new(deletions::Deletions::default()),
        Box::new(echo::Echo),
        Box::new(edits::Edits::default()),
        Box::new(feeds::Feeds),
        Box::new(memory::Memory::default()),
        Box::new(orphans::Orphans::default()),
        Box::new(phases::Phases::default()),
        Box::new(waits::Waits::default()),
    ]
}
