// SPDX-License-Identifier: GPL-2.0-or-later
//! What a seed stands for: how large the cluster is, how bad its network, disks and clocks, and how it is set.

use std::time::Duration;

use gs_cluster_core::node::Settings;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::planted::Planted;

/// Virtual time since the start of the run, microseconds.
pub type Micros = u64;

/// One millisecond.
pub const MS: Micros = 1_000;
/// One second.
pub const SECOND: Micros = 1_000_000;

/// Everything that is fixed for a run before it begins. The same seed makes the same plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// Number of addresses at which a node runs, or will again.
    pub hosts: usize,
    /// The addresses of so many are known to all.
    pub seeds: usize,
    /// Faults and clients end here.
    pub chaos: Micros,
    /// The nodes' settings.
    pub settings: Settings,
    /// Whether messages keep their order and are lost only together with their connection, as over TCP. Otherwise each
    /// one takes its own time, may be lost, and may arrive twice or at a later member with the same address.
    pub connections: bool,
    /// Shortest and longest time a message takes.
    pub delay: (Micros, Micros),
    /// One message in so many is lost (with its connection, if there are any). Zero: none.
    pub lost_in: u32,
    /// One message in so many arrives twice, without connections. Zero: none.
    pub twice_in: u32,
    /// Messages that a connection holds.
    pub queue: usize,
    /// Longest time from a change to the disk.
    pub commit: Micros,
    /// Mean time between faults.
    pub fault_gap: Micros,
    /// Mean time between what a host's clients do.
    pub client_gap: Micros,
    /// How wrong a host's wall clock may be, milliseconds.
    pub skew_ms: u64,
    /// Keys of the plain map.
    pub keys: usize,
    /// Whether there are shared objects.
    pub shares: bool,
    /// Mean time between what an application does with them.
    pub share_gap: Micros,
    /// One crash in so many loses the disk.
    pub disk_lost_in: u32,
    /// The bug that is put in.
    pub planted: Option<Planted>,
}

impl Plan {
    /// The plan of a seed.
    pub fn new(seed: u64, planted: Option<Planted>) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let r = &mut random;
        let connections = r.random_bool(0.7);
        let short_lived = r.random_bool(0.5);
        let delay = one_of(r, &[(100, 500), (200, 2 * MS), (500, 20 * MS), (MS, 80 * MS)]);
        // Many small parts and a slow network would only make the transfers longer than the run.
        let batch =
            if delay.1 > 2 * MS { one_of(r, &[4_000, 512 * 1024]) } else { one_of(r, &[300, 2_000, 512 * 1024]) };
        let settings = Settings { batch, ..settings(r, short_lived) };
        let hosts = r.random_range(2..=7);
        Self {
            seed,
            hosts,
            seeds: hosts,
            chaos: r.random_range(20..=60) * SECOND,
            settings,
            connections,
            delay,
            lost_in: if connections { one_of(r, &[0, 2_000, 300]) } else { one_of(r, &[0, 200, 50]) },
            twice_in: one_of(r, &[0, 100, 10]),
            queue: one_of(r, &[1_000, 200, 30]),
            commit: one_of(r, &[2 * MS, 20 * MS, 200 * MS, 3 * SECOND]),
            fault_gap: one_of(r, &[SECOND, 3 * SECOND, 8 * SECOND]),
            client_gap: one_of(r, &[100 * MS, 300 * MS, 1_000 * MS]),
            skew_ms: one_of(r, &[0, 50, 5_000, 600_000]),
            keys: r.random_range(1..=8),
            disk_lost_in: one_of(r, &[0, 2, 5]),
            // Last, so that the rest of the plan stays what it was.
            shares: r.random_bool(0.6),
            share_gap: one_of(r, &[100 * MS, 300 * MS, SECOND]),
            planted,
        }
    }

    /// Whether members may be away for longer than tombstones live: then what was written meanwhile without knowing of a
    /// deletion is kept.
    pub fn forgets(&self) -> bool {
        self.settings.tombstone_max_age < Duration::from_micros(self.chaos)
    }

    /// Within this time after the last fault the cluster must be whole and equal again.
    pub fn healing(&self) -> Micros {
        30 * SECOND
    }
}

fn settings(r: &mut StdRng, short_lived: bool) -> Settings {
    let (min, max) = if short_lived {
        (r.random_range(200..3_000), r.random_range(10_000..20_000))
    } else {
        (30_000, 24 * 3_600 * 1_000)
    };
    let orphan_grace = r.random_range(6_000..12_000);
    Settings {
        sync_every: Duration::from_millis(one_of(r, &[300, 1_000])),
        sweep_every: Duration::from_millis(one_of(r, &[200, 500])),
        tombstone_min_age: Duration::from_millis(min),
        tombstone_max_age: Duration::from_millis(max),
        orphan_grace: Duration::from_millis(orphan_grace),
        ..Settings::default()
    }
}

/// One of several, each as likely as the others.
pub fn one_of<T: Copy>(random: &mut StdRng, choices: &[T]) -> T {
    choices[random.random_range(0..choices.len())]
}
