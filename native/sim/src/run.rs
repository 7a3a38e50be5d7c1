// SPDX-License-Identifier: GPL-2.0-or-later
//! One run: chaos, heal, and the wait until all is well.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    host::FEEDS,
    invariants::{convergence, in_step},
    plan::{MS, Micros, Plan, SECOND},
    planted::Planted,
    world::{Item, Violation, World},
};

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The invariant that did not hold.
    pub violation: Option<Violation>,
    /// One number for all that happened.
    pub hash: u64,
    /// The trace, if it was wanted.
    pub lines: Vec<String>,
    /// How long the cluster took to come together after the heal.
    pub healing: Micros,
    /// Writes, messages and bytes.
    pub counts: (usize, u64, u64),
}

/// Runs a seed. With `text`, the trace is kept as text too.
pub fn run(seed: u64, planted: Option<Planted>, text: bool) -> Outcome {
    let mut world = World::new(Plan::new(seed, planted), text);
    let ran = catch_unwind(AssertUnwindSafe(|| live(&mut world)));
    let healing = match ran {
        Ok(healing) => healing,
        Err(panic) => {
            let what = panic.downcast_ref::<String>().cloned();
            let what = what.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            world.violate("panics", what.unwrap_or_default());
            0
        }
    };
    Outcome {
        healing,
        hash: world.trace.hash(),
        counts: (world.history.len(), world.network.sent.0, world.network.sent.1),
        lines: world.trace.take_lines(),
        violation: world.violation,
    }
}

fn live(world: &mut World) -> Micros {
    let plan = format!("{:?}", world.plan);
    world.trace.line(0, || plan);
    for at in 0..world.hosts.len() {
        world.start(at);
        world.at(world.now + 3 * SECOND, Item::Client(at));
        if world.plan.shares {
            world.at(world.now + SECOND, Item::Share(at));
        }
    }
    world.at(world.now + 4 * SECOND, Item::NextFault);
    world.at(world.now, Item::Check);
    let end = world.plan.chaos;
    while world.step(end) {}
    if world.violation.is_some() {
        return 0;
    }
    world.heal();
    let healed = world.now;
    let last = healed + world.plan.healing();
    let mut first_well = None;
    while world.violation.is_none() {
        let until = world.now + 500 * MS;
        while world.step(until) {}
        match convergence::not_well(world).or_else(|| in_step::not_in_step(world)) {
            None if first_well.is_none() => {
                first_well = Some(world.now);
                // What is whole must work: everybody writes, and hears from all.
                (0..world.hosts.len()).for_each(|at| world.probe(at));
            }
            // Equal for a while, and not only for a moment.
            None if first_well.is_some_and(|at| world.now >= at + 3 * SECOND) => break,
            Some(what) if world.now >= last => world.violate("convergence", what),
            _ => (),
        }
    }
    for at in 0..world.hosts.len() {
        for map in FEEDS {
            while world.read(at, map, 50) {}
        }
    }
    world.at_end();
    first_well.map_or(0, |at| at - healed)
}
