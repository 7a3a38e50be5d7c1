// SPDX-License-Identifier: GPL-2.0-or-later
//! Members that start again with what they stored, and with the data directory that they had or another one.

use gs_cluster_core::{
    active::{Outcome, Policy, Setup, Standing},
    replica::Stored,
};

use super::few::{Few, hash};

const THEIRS: &str = "11111111-2222-3333-4444-555555555555-77";
/// It was copied to another disk.
const MOVED: &str = "11111111-2222-3333-4444-555555555555-78";
const OTHER: &str = "99999999-2222-3333-4444-555555555555-77";

fn on() -> Setup {
    Setup { on: true, ..Setup::default() }
}

/// Two members, of which the first one has founded and the second one has this directory, and both have the same.
fn two(directory: &str) -> Few {
    let mut few = Few::new(2);
    for (at, directory) in [(0, "first-1"), (1, directory)] {
        few.join_with(at, Policy::Refuse, true, directory);
        few.compared(at, "");
        few.pass(1_000);
    }
    few.put(0, "global", 1);
    few.put(0, "wms", 1);
    few.pass(100);
    few.apply(1);
    few
}

/// A member that has what this one has stored.
fn again(few: &mut Few, at: usize) -> usize {
    let stored = few.stored(at);
    few.ledgers.insert(few.nodes.len(), stored.ledger.clone());
    let again = few.start(on(), stored);
    few.pass(12_000);
    again
}

#[test]
fn the_defaults_of_a_directory_that_was_not_mounted_are_nobodys_edits() {
    let mut few = two(THEIRS);
    let back = again(&mut few, 1);
    assert_eq!(few.join_with(back, Policy::Refuse, false, OTHER), Standing::Refused);
    assert_eq!(few.join_with(back, Policy::Refuse, true, OTHER), Standing::Adopting);
    for (key, content) in [("global", 7), ("wms", 8), ("only/here", 9)] {
        assert_eq!(few.tell(back, true, key, content, u64::MAX), Outcome::Pending, "{key}");
    }
    few.compared(back, "");
    assert_eq!(few.pending(0), []);
    let all = [("global".into(), Some(hash(1))), ("only/here".into(), None), ("wms".into(), Some(hash(1)))];
    assert_eq!(few.pending(back), all);
    few.apply(back);
    assert!(few.copies(0).is_empty(), "GeoServer's defaults are nothing that anybody would restore");
    assert_eq!(few.ledgers[&back].joined.as_ref().unwrap().directory, "99999999-2222-3333-4444-555555555555");
    // From now on it is this directory that the ledger is about.
    let back = again(&mut few, back);
    assert_eq!(few.join_with(back, Policy::Refuse, false, OTHER), Standing::Member);
    assert_eq!(few.tell(back, true, "global", 5, u64::MAX), Outcome::Published);
}

#[test]
fn another_catalog_in_place_of_the_directory_is_joined_as_the_operator_says() {
    for (policy, standing) in
        [(Policy::Refuse, Standing::Refused), (Policy::Merge, Standing::Member), (Policy::Adopt, Standing::Adopting)]
    {
        let mut few = two(THEIRS);
        let back = again(&mut few, 1);
        assert_eq!(few.join_with(back, policy, false, OTHER), standing);
        assert_eq!(few.join_with(back, policy, false, OTHER), standing, "asked once more");
        // Older than what the cluster has.
        assert_eq!(few.tell(back, true, "global", 7, 1), Outcome::Pending, "{policy:?}");
        assert_eq!(few.pending(0), []);
        let kept = if standing == Standing::Refused { vec![] } else { vec![("global".into(), hash(7))] };
        assert_eq!(few.copies(back), kept, "{policy:?}");
    }
}

#[test]
fn one_that_was_refused_with_another_directory_goes_on_when_its_own_is_mounted_again() {
    let mut few = two(THEIRS);
    let other = again(&mut few, 1);
    assert_eq!(few.join_with(other, Policy::Refuse, false, OTHER), Standing::Refused);
    let back = again(&mut few, other);
    assert_eq!(few.join_with(back, Policy::Refuse, false, THEIRS), Standing::Member);
    assert_eq!(few.tell(back, true, "global", 7, 1), Outcome::Published);
}

#[test]
fn one_whose_directory_was_copied_to_another_disk_publishes_what_was_edited_meanwhile() {
    let mut few = two(THEIRS);
    let back = again(&mut few, 1);
    assert_eq!(few.join_with(back, Policy::Refuse, false, MOVED), Standing::Member);
    assert_eq!(few.tell(back, true, "global", 7, 1), Outcome::Published);
    assert_eq!(few.tell(back, true, "wms", 1, 1), Outcome::Same);
    few.compared(back, "");
    few.pass(100);
    assert_eq!(few.pending(0), [("global".into(), Some(hash(7)))]);
    assert_eq!((few.pending(back), few.copies(0)), (vec![], vec![]));
}

#[test]
fn a_ledger_of_an_unknown_directory_is_about_the_one_that_is_known_first() {
    let mut few = two("");
    let back = again(&mut few, 1);
    assert_eq!(few.join_with(back, Policy::Refuse, false, THEIRS), Standing::Member);
    assert_eq!(few.tell(back, true, "global", 1, 1), Outcome::Same);
    let back = again(&mut few, back);
    assert_eq!(few.join_with(back, Policy::Refuse, false, ""), Standing::Member);
    let back = again(&mut few, back);
    assert_eq!(few.join_with(back, Policy::Refuse, false, OTHER), Standing::Refused);
}

#[test]
fn a_founder_that_is_alone_gets_all_back_from_its_own_store_and_shares_with_nobody_yet() {
    let mut few = Few::new(1);
    assert_eq!(few.join_with(0, Policy::Refuse, false, THEIRS), Standing::Member);
    few.put(0, "global", 1);
    few.compared(0, "");
    let stored = few.stored(0);
    for (pristine, standing) in [(false, Standing::Refused), (true, Standing::Adopting)] {
        let mut alone = Few::new(0);
        alone.start(on(), stored.clone());
        alone.ledgers.insert(0, stored.ledger.clone());
        assert_eq!(alone.join_with(0, Policy::Refuse, pristine, OTHER), Standing::Waiting);
        alone.pass(4_000);
        assert_eq!(alone.join_with(0, Policy::Refuse, pristine, OTHER), standing);
        assert_eq!(alone.tell(0, true, "global", 7, u64::MAX), Outcome::Pending);
        alone.compared(0, "");
        let pending = if pristine { vec![("global".into(), Some(hash(1)))] } else { vec![] };
        assert_eq!(alone.pending(0), pending);
    }
    // Its catalog is still one that it has alone: it gives way to one that others share.
    let mut few = Few::new(0);
    (few.before, few.ms) = (100, 500_000_000);
    for _ in 0..2 {
        few.start(on(), Stored::default());
    }
    few.pass(4_000);
    for at in [0, 1, 0] {
        few.join(at, Policy::Refuse, true);
        few.compared(at, "");
        few.pass(100);
    }
    few.put(0, "global", 2);
    let mut alone = Few::new(0);
    alone.start(on(), stored.clone());
    alone.ledgers.insert(0, stored.ledger);
    alone.pass(4_000);
    assert_eq!(alone.join_with(0, Policy::Refuse, true, OTHER), Standing::Adopting);
    let late = few.start(on(), alone.stored(0));
    few.pass(5_000);
    assert_eq!(few.join_with(late, Policy::Refuse, true, OTHER), Standing::Adopting);
    assert_eq!(few.join(0, Policy::Refuse, false), Standing::Member);
    assert_eq!(few.nodes[0].shared_keys(""), ["global".into()]);
    assert_eq!(few.pending(late), [("global".into(), Some(hash(2)))]);
}

#[test]
fn of_two_that_have_one_directory_each_notices_that_it_is_another_one() {
    let mut few = Few::new(2);
    for at in [1, 0] {
        few.join_with(at, Policy::Merge, false, THEIRS);
        few.compared(at, "");
        few.pass(1_000);
    }
    assert_eq!(few.put(0, "global", 1), Outcome::Published);
    few.pass(100);
    few.apply(1);
    let stored: Vec<_> = (0..2).map(|at| few.stored(at)).collect();
    let mut few = Few::new(0);
    few.before = 10;
    for stored in stored {
        few.start(on(), stored);
    }
    few.pass(4_000);
    assert_eq!(few.join_with(0, Policy::Refuse, true, OTHER), Standing::Adopting);
    assert_eq!(few.tell(0, true, "global", 7, u64::MAX), Outcome::Pending);
    few.compared(0, "");
    few.apply(0);
    // The second one finds what the first one put there.
    assert_eq!(few.join_with(1, Policy::Refuse, false, OTHER), Standing::Refused);
    assert_eq!(few.put(0, "wms", 2), Outcome::Published);
    few.pass(100);
    assert_eq!(
        few.join_with(1, Policy::Refuse, false, OTHER),
        Standing::Member,
        "now that is known to be the cluster's"
    );
    assert_eq!(few.tell(1, true, "global", 1, u64::MAX), Outcome::Same);
    assert_eq!(few.tell(1, true, "wms", 2, u64::MAX), Outcome::Same);
    few.compared(1, "");
    assert_eq!((few.pending(0), few.pending(1)), (vec![], vec![]));
}

#[test]
fn a_directory_that_changes_while_the_node_takes_part_is_joined_with_anew() {
    let mut few = two(THEIRS);
    assert_eq!(
        few.join_with(1, Policy::Refuse, true, OTHER),
        Standing::Waiting,
        "it is told that it has to begin anew"
    );
    assert_eq!(few.tell(1, true, "global", 7, u64::MAX), Outcome::Pending);
    assert_eq!(few.join_with(1, Policy::Refuse, true, OTHER), Standing::Adopting);
    assert_eq!(few.tell(1, true, "global", 7, u64::MAX), Outcome::Pending);
    assert_eq!(few.pending(0), []);
}
