// SPDX-License-Identifier: GPL-2.0-or-later
//! The simulator is proven: it finds each bug that is planted for it, and nothing in the core without them.
#![expect(clippy::expect_used, reason = "a test ends where it cannot go on")]

use gs_cluster_sim::{planted::Planted, run};

/// Each planted bug is found within so many seeds.
const SEEDS: u64 = 60;

fn found(planted: Planted) -> u64 {
    std::panic::set_hook(Box::new(|_| ()));
    (0..SEEDS).find(|seed| run(*seed, Some(planted), false).violation.is_some()).expect("it is found")
}

#[test]
fn each_planted_bug_is_found_and_the_core_without_it_passes_the_same_seed() {
    for planted in Planted::ALL {
        let seed = found(planted);
        let clean = run(seed, None, false);
        assert_eq!(clean.violation, None, "seed {seed}");
    }
}

#[test]
fn a_seed_is_one_run() {
    for seed in 0..4 {
        let (first, second) = (run(seed, None, false), run(seed, None, true));
        assert_eq!((first.hash, first.counts), (second.hash, second.counts), "seed {seed}");
        assert!(!second.lines.is_empty());
    }
    assert_ne!(run(0, None, false).hash, run(1, None, false).hash);
}
