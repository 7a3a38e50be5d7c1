// SPDX-License-Identifier: GPL-2.0-or-later
//! A wait or a question is answered at most once, never after it was given up, and in a whole cluster always.

use std::collections::BTreeSet;

use gs_cluster_core::{
    id::MemberId,
    node::{RequestId, WaitId},
};

use super::{Event, Invariant};
use crate::{
    clients::LONGEST_WAIT,
    plan::{Micros, SECOND},
    world::World,
};

/// A write in a whole cluster is acknowledged within this time.
const WHOLE: Micros = 2 * SECOND;

/// See the [module](self).
#[derive(Default)]
pub struct Waits {
    acknowledged: BTreeSet<(MemberId, WaitId)>,
    questions: BTreeSet<(MemberId, RequestId)>,
}

impl Invariant for Waits {
    fn name(&self) -> &'static str {
        "waits"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Acknowledged(at, wait) => {
                let id = (world.hosts[*at].peer.id, *wait);
                if !self.acknowledged.insert(id) {
                    return Err(format!("n{at}'s write {wait} is acknowledged twice"));
                }
                if world.history.waits.get(&id).is_some_and(|w| w.given_up.is_some()) {
                    return Err(format!("n{at}'s write {wait} is acknowledged after it was given up"));
                }
            }
            Event::Asked(at, request) => {
                self.questions.insert((world.hosts[*at].peer.id, *request));
            }
            Event::Answered(at, request) if !self.questions.remove(&(world.hosts[*at].peer.id, *request)) => {
                return Err(format!("n{at}'s question {request} is answered, and was not open"));
            }
            _ => (),
        }
        Ok(())
    }

    fn each_second(&mut self, world: &World) -> Result<(), String> {
        let patience = world.now.saturating_sub(LONGEST_WAIT + SECOND);
        for ((member, wait), waited) in world.history.waits.iter().filter(|(_, w)| w.is_open() && w.since < patience) {
            if world.hosts.iter().any(|h| h.is_up() && h.peer.id == *member) {
                return Err(format!("nobody gave up write {wait} of {}/{}", waited.key.0.0, waited.key.1));
            }
        }
        Ok(())
    }

    fn at_end(&mut self, world: &World) -> Result<(), String> {
        let whole_since = world.now.saturating_sub(WHOLE);
        for (id, wait) in &world.history.waits {
            let lives = world.hosts.iter().any(|h| h.is_up() && h.peer.id == id.0);
            let answered = self.acknowledged.contains(id) || wait.given_up.is_some();
            if lives && !answered && wait.since < whole_since {
                return Err(format!("write {} of {}/{} was never answered", id.1, wait.key.0.0, wait.key.1));
            }
            if wait.in_whole_cluster && wait.given_up.is_some() {
                return Err(format!(
                    "write {} of {}/{} in a whole cluster was given up",
                    id.1, wait.key.0.0, wait.key.1
                ));
            }
        }
        Ok(())
    }
}
