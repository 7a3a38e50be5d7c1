// SPDX-License-Identifier: GPL-2.0-or-later
//! A replica tells the truth: of every write that it says it has seen, it holds that one or one that beats it. Everything
//! else rests on this: what is sent, what is acknowledged, and which tombstones may be forgotten.

use super::Invariant;
use crate::{trace::Short, world::World};

/// See the [module](self).
pub struct Claims;

impl Invariant for Claims {
    fn name(&self) -> &'static str {
        "claims"
    }

    fn each_second(&mut self, world: &World) -> Result<(), String> {
        for host in &world.hosts {
            let Some(node) = &host.node else { continue };
            let replica = node.replica();
            for key in world.history.keys() {
                let Some((version, dot, tombstone)) = world.history.winner_of_seen(key, replica) else { continue };
                let held = replica.get(key.0, &key.1);
                if !tombstone && held.is_none_or(|h| (h.version, h.dot) < (version, dot)) {
                    let held = held.map(|h| crate::tamper::describe_entry(h));
                    return Err(format!(
                        "n{} claims to have seen {}/{} of {}:{} and holds {held:?}",
                        host.index,
                        key.0.0,
                        key.1,
                        Short(dot.origin),
                        dot.seq
                    ));
                }
            }
        }
        Ok(())
    }

    fn at_end(&mut self, world: &World) -> Result<(), String> {
        self.each_second(world)
    }
}
