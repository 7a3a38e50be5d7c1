// SPDX-License-Identifier: GPL-2.0-or-later
//! What a cluster costs by its size: a healthy one, in which a few members write, and what each member sends for it.

use std::time::Instant;

use gs_cluster_core::node::Settings;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    host::PLAIN,
    invariants::convergence,
    plan::{MS, Micros, Plan, SECOND},
    world::World,
};

/// So long the cost is measured, once all members see each other.
const MEASURED: Micros = 10 * SECOND;
/// Writes per second, over the whole cluster.
const WRITES: u64 = 10;
/// After this a cluster that has not formed never will.
const PATIENCE: Micros = 120 * SECOND;

/// What was measured.
#[derive(Debug)]
pub struct Cost {
    /// From the first start until all members saw each other, virtual time.
    pub formed: Micros,
    /// Messages and bytes that each member sent until then.
    pub forming: (f64, f64),
    /// Messages and bytes that each member sends per second afterwards.
    pub running: (f64, f64),
    /// From the last write until all held the same.
    pub settled: Micros,
    /// Real time it took to simulate, seconds.
    pub took: f64,
}

/// Forms a cluster of `members`, measures it, and lets it come to rest. `Err` says what it lacks if it never does.
pub fn measure(members: usize, seed: u64) -> Result<Cost, String> {
    let begun = Instant::now();
    let mut random = StdRng::seed_from_u64(seed);
    let plan = Plan {
        hosts: members,
        seeds: 3,
        settings: Settings::default(),
        connections: true,
        delay: (100, 500),
        lost_in: 0,
        queue: 10_000,
        commit: 5 * MS,
        skew_ms: 0,
        ..Plan::new(seed, None)
    };
    let mut world = World::new(plan, false);
    world.invariants.clear();
    let start = world.now;
    for at in 0..members {
        run_until(&mut world, start + at as u64 * MS);
        world.start(at);
    }
    let formed = well(&mut world, SECOND / 2)? - start;
    let forming = world.network.sent;
    for n in 0..WRITES * MEASURED / SECOND {
        let at = random.random_range(0..members);
        let key = format!("k{}", n % 100);
        world.call(at, |node, now| node.put(PLAIN, &key, Some(n.to_be_bytes()[..].into()), 0, false, now));
        let next = world.now + SECOND / WRITES;
        run_until(&mut world, next);
    }
    let sent = (world.network.sent.0 - forming.0, world.network.sent.1 - forming.1);
    let last_write = world.now;
    let settled = well(&mut world, 100 * MS)? - last_write;
    let each = |sent: u64, over: f64| sent as f64 / members as f64 / over;
    let seconds = MEASURED as f64 / SECOND as f64;
    Ok(Cost {
        formed,
        forming: (each(forming.0, 1.0), each(forming.1, 1.0)),
        running: (each(sent.0, seconds), each(sent.1, seconds)),
        settled,
        took: begun.elapsed().as_secs_f64(),
    })
}

fn run_until(world: &mut World, until: Micros) {
    while world.step(until) {}
}

/// Goes on until all is well: when that was.
fn well(world: &mut World, pace: Micros) -> Result<Micros, String> {
    let last = world.now + PATIENCE;
    loop {
        match convergence::not_well(world) {
            None => return Ok(world.now),
            Some(what) if world.now >= last => return Err(what),
            Some(_) => {
                let next = world.now + pace;
                run_until(world, next);
            }
        }
    }
}
