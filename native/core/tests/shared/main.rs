// SPDX-License-Identifier: GPL-2.0-or-later
//! Shared objects of a few members that are driven by hand: every message arrives at once, unless the way is cut.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod directory;
mod few;

use few::{Few, hash};
use gs_cluster_core::{
    active::{
        Agreed, Local, Outcome, Policy, Setup, Standing,
        conflicts::{Conflict, MAX_COPIES, MAX_PER_KEY},
        value::Header,
    },
    entry::MapId,
    node::Node,
    replica::Stored,
};

#[test]
fn one_alone_founds_after_a_while_and_not_if_it_only_reads() {
    let mut few = Few::new(0);
    few.start(Setup { on: true, ..Setup::default() }, Stored::default());
    assert_eq!(few.join(0, Policy::Refuse, false), Standing::Waiting);
    few.pass(4_000);
    let hold = few.on(0, |node, now| node.shared_join(Policy::Refuse, false, "", true, now).unwrap());
    assert_eq!(hold, Standing::Waiting);
    assert_eq!(few.join(0, Policy::Refuse, false), Standing::Member);
    let mut few = Few::new(0);
    few.start(Setup { on: true, read_only: true, ..Setup::default() }, Stored::default());
    few.pass(60_000);
    assert_eq!(few.join(0, Policy::Refuse, false), Standing::Waiting);
}

#[test]
fn the_others_wait_until_the_founder_has_published() {
    let mut few = Few::new(2);
    assert_eq!(few.join(1, Policy::Merge, false), Standing::Member, "the other one does not take part yet");
    few.pass(100);
    assert_eq!(few.join(0, Policy::Refuse, false), Standing::Waiting);
    few.tell(1, true, "a", 1, 0);
    few.compared(1, "");
    few.pass(100);
    assert_eq!(few.join(0, Policy::Refuse, false), Standing::Refused);
    assert_eq!(few.put(0, "a", 2), Outcome::Pending);
    assert_eq!(few.pending(0), []);
    assert_eq!(few.join(0, Policy::Merge, false), Standing::Member);
    assert_eq!(few.pending(0), [("a".into(), Some(hash(1)))]);
}

#[test]
fn an_edit_is_pending_elsewhere_until_it_is_applied_and_wakes_only_the_others() {
    let mut few = Few::joined(2);
    let woken = few.woken.clone();
    assert_eq!(few.put(0, "a", 1), Outcome::Published);
    few.pass(100);
    assert_eq!(few.pending(0), []);
    assert_eq!((few.woken[0] - woken[0], few.woken[1] - woken[1]), (0, 1));
    assert_eq!(few.pending(1), [("a".into(), Some(hash(1)))]);
    few.apply(1);
    assert_eq!((few.pending(1), few.put(1, "a", 1)), (vec![], Outcome::Same));
    assert_eq!(few.remove(1, "a"), Outcome::Published);
    few.pass(100);
    assert_eq!(few.pending(0), [("a".into(), None)]);
    few.apply(0);
    assert_eq!(few.remove(0, "a"), Outcome::Same);
    assert!(few.copies(0).is_empty());
}

#[test]
fn one_that_writes_another_form_of_the_same_neither_echoes_nor_loops() {
    let mut few = Few::joined(2);
    few.put(0, "a", 1);
    few.pass(100);
    let version = few.on(1, |node, _| node.shared_pending(1)).remove(0);
    few.on(1, |node, _| node.shared_applied("a", version.token, Some(hash(9))));
    assert_eq!(few.pending(1), []);
    assert_eq!(few.put(1, "a", 9), Outcome::Same);
    assert_eq!(few.tell(1, true, "a", 9, u64::MAX), Outcome::Same);
    // What comes about by itself is nobody's edit, until somebody edits it.
    few.on(1, |node, _| node.shared_derived("b", Some(hash(5)))).unwrap();
    assert_eq!(few.tell(1, true, "b", 5, u64::MAX), Outcome::Same);
    assert_eq!(few.pending(0), []);
    assert_eq!(few.put(1, "b", 6), Outcome::Published);
}

#[test]
fn what_came_while_another_version_was_applied_stays_pending() {
    let mut few = Few::joined(2);
    few.put(0, "a", 1);
    few.pass(100);
    let first = few.on(1, |node, _| node.shared_pending(1)).remove(0);
    few.put(0, "a", 2);
    few.pass(100);
    few.on(1, |node, _| node.shared_applied("a", first.token, Some(hash(1))));
    assert_eq!(few.pending(1), [("a".into(), Some(hash(2)))]);
    assert_eq!(few.tell(1, true, "a", 1, 0), Outcome::Pending);
    few.apply(1);
    assert_eq!(few.pending(1), []);
}

#[test]
fn what_was_made_elsewhere_and_removed_while_it_was_applied_is_removed_here_too() {
    let mut few = Few::joined(2);
    few.put(0, "a", 1);
    few.pass(100);
    let made = few.on(1, |node, _| node.shared_pending(1)).remove(0);
    few.remove(0, "a");
    few.pass(100);
    // Nothing of it is here yet, as far as anybody has told.
    assert_eq!(few.pending(1), []);
    few.on(1, |node, _| node.shared_applied("a", made.token, Some(hash(1))));
    assert_eq!(few.pending(1), [("a".into(), None)]);
    few.apply(1);
    assert_eq!((few.pending(1), few.pending(0)), (vec![], vec![]));
}

#[test]
fn what_failed_is_told_of_and_tried_again_after_the_rest() {
    let mut few = Few::joined(2);
    for (key, content) in [("a", 1), ("b", 2), ("c", 3)] {
        few.put(0, key, content);
    }
    few.pass(100);
    let versions = few.on(1, |node, _| node.shared_pending(2));
    for version in &versions {
        few.on(1, |node, _| node.shared_failed(&version.key, version.token, "not yet"));
    }
    few.on(1, |node, _| node.shared_failed("c", 77, "another version"));
    let keys = |few: &mut Few, max| -> Vec<String> {
        few.on(1, |node, _| node.shared_pending(max)).iter().map(|version| version.key.to_string()).collect()
    };
    assert_eq!(keys(&mut few, 2), ["c", "a"]);
    few.on(1, |node, _| node.shared_failed("a", versions[0].token, "still not"));
    assert_eq!(keys(&mut few, 9), ["c", "b", "a"]);
    let told: Vec<_> = few.nodes[1].shared_failures().map(|(key, f)| (key.to_string(), f.times)).collect();
    assert_eq!(told, [("a".into(), 2), ("b".into(), 1)]);
    few.apply(1);
    assert_eq!(few.nodes[1].shared_failures().count(), 0);
}

#[test]
fn of_concurrent_edits_the_earlier_one_is_kept() {
    let mut few = Few::joined(2);
    few.put(0, "a", 1);
    few.put(0, "same", 1);
    few.pass(100);
    few.apply(1);
    few.connected = false;
    assert_eq!(few.put(0, "a", 2), Outcome::Published);
    few.put(0, "same", 4);
    few.ms += 10;
    assert_eq!(few.put(1, "a", 3), Outcome::Published);
    few.put(1, "same", 4);
    few.connected = true;
    few.pass(5_000);
    for at in 0..2 {
        assert_eq!(few.copies(at), [("a".into(), hash(2))], "n{at}");
    }
    assert_eq!(few.pending(0), [("a".into(), Some(hash(3)))]);
    assert_eq!(few.pending(1), []);
    // An edit made while another version is pending is the latest.
    assert_eq!(few.put(0, "a", 5), Outcome::Published);
    assert_eq!(few.copies(1).first(), Some(&("a".into(), hash(3))));
    let id = few.nodes[1].conflicts()[0].1.key.to_string();
    assert!(few.on(1, |node, now| node.drop_conflict(&id, now)));
    few.pass(100);
    assert_eq!(few.copies(0).len(), 1);
}

#[test]
fn what_two_nodes_find_in_one_directory_was_made_with_knowledge_of_each_other() {
    for (directories, kept) in [(["d", "d"], 1), (["d", "e"], 3), (["", ""], 3)] {
        let mut few = Few::new(2);
        for (at, directory) in directories.into_iter().enumerate() {
            few.on(at, |node, now| node.shared_join(Policy::Merge, false, directory, false, now).unwrap());
            few.compared(at, "");
            few.pass(100);
        }
        // Both look while somebody writes, and tell before they hear of each other.
        few.connected = false;
        for (at, content) in [(0, 1), (1, 2)] {
            few.ms += 10;
            for key in ["security/set", "file/styles/a.svg", "catalog/style/a"] {
                assert_eq!(few.put(at, key, content), Outcome::Published);
            }
        }
        few.connected = true;
        few.pass(5_000);
        assert_eq!(few.copies(0), few.copies(1));
        assert_eq!(few.copies(0).len(), kept, "{directories:?}");
        // One knows of the other's, and has not applied it yet: it has found the later state.
        let before = few.copies(1).len();
        for key in ["security/set", "file/styles/a.svg"] {
            few.put(1, key, 3);
            few.put(0, key, 4);
        }
        few.pass(100);
        let more = few.copies(1).len() - before;
        assert_eq!(more == 0, kept == 1, "{directories:?}");
    }
}

#[test]
fn of_two_objects_that_are_one_the_loser_is_kept_as_its_maker_made_it_once() {
    let mut few = Few::joined(2);
    few.put(0, "lost", 1);
    few.ms += 10;
    few.put(1, "stands", 2);
    few.pass(100);
    let local = Local { hash: hash(1), modified: 5, file: None, body: &|| vec![1] };
    for at in [1, 0] {
        few.on(at, |node, now| node.shared_lost("stands", "lost", &local, now)).unwrap();
    }
    few.pass(100);
    assert_eq!(few.copies(0), [("stands".into(), hash(1))]);
    let (conflict, entry) = few.nodes[1].conflicts().remove(0);
    let (header, body) = Header::parse(Conflict::parse(entry.value.as_deref().unwrap()).unwrap().1).unwrap();
    assert_eq!((header.node.as_str(), body), ("n0", &[1][..]));
    assert!(conflict.reason.contains("on node n1"), "{}", conflict.reason);
}

#[test]
fn what_is_missing_is_never_removed() {
    let mut few = Few::joined(2);
    few.put(0, "a/1", 1);
    few.put(0, "b/1", 1);
    few.pass(100);
    few.apply(1);
    few.compared(1, "a/");
    assert_eq!(few.pending(1), [("a/1".into(), Some(hash(1)))]);
    assert_eq!(few.nodes[0].shared_keys(""), ["a/1".into(), "b/1".into()]);
    few.apply(1);
    assert_eq!(few.tell(1, true, "a/1", 1, 0), Outcome::Same);
    few.compared(1, "a/");
    assert_eq!(few.pending(1), []);
}

/// It stayed pending, was put back, and returned on the node where somebody had removed it.
#[test]
fn a_removal_that_is_told_after_a_comparison_missed_the_object_is_an_edit() {
    let mut few = Few::joined(2);
    for key in ["alone", "changed elsewhere", "made anew", "told after it was put back", "never told"] {
        few.put(0, key, 1);
    }
    few.pass(100);
    few.apply(1);
    few.compared(0, "");
    few.put(1, "changed elsewhere", 2);
    few.pass(100);
    assert_eq!(few.remove(0, "alone"), Outcome::Published);
    assert_eq!(few.remove(0, "changed elsewhere"), Outcome::Published);
    assert_eq!(few.put(0, "made anew", 3), Outcome::Published);
    assert_eq!(few.copies(0), [("changed elsewhere".into(), hash(2))]);
    assert_eq!(few.pending(0).len(), 2);
    few.apply(0);
    assert_eq!(few.remove(0, "told after it was put back"), Outcome::Published);
    assert_eq!(few.nodes[0].shared_keys(""), ["made anew".into(), "never told".into()]);
    // That was then: a version that was made since is not known to whoever removes nothing.
    few.pass(100);
    few.apply(1);
    few.put(1, "alone", 4);
    few.pass(100);
    assert_eq!(few.remove(0, "alone"), Outcome::Same);
    assert_eq!(few.pending(0), [("alone".into(), Some(hash(4)))]);
}

#[test]
fn what_was_removed_does_not_return_with_one_that_was_away() {
    let mut few = Few::joined(1);
    few.put(0, "a", 1);
    few.remove(0, "a");
    let late = few.start(Setup { on: true, ..Setup::default() }, Stored::default());
    few.pass(2_000);
    assert_eq!(few.join(late, Policy::Merge, false), Standing::Member);
    assert_eq!(few.tell(late, true, "a", 1, u64::MAX), Outcome::Pending);
    assert_eq!(few.pending(late), [("a".into(), None)]);
    few.pass(100);
    assert_eq!(few.copies(0), [("a".into(), hash(1))]);
}

#[test]
fn a_ledger_outlives_its_node_and_a_forgotten_tombstone() {
    let mut few = Few::joined(2);
    few.put(0, "a", 1);
    few.put(0, "b", 1);
    few.pass(100);
    few.apply(1);
    let ledger = few.ledgers[&1].clone();
    assert_eq!(ledger.records["a"], Agreed { cluster: Some(hash(1)), local: Some(hash(1)) });
    few.remove(0, "a");
    // The tombstone expires while the node is away, so it finds no trace of the object.
    let entries = few.nodes[0].replica().all().filter(|entry| !entry.is_tombstone());
    let entries = entries.map(|entry| gs_cluster_core::entry::Entry::clone(entry)).collect();
    let seen = few.nodes[0].replica().seen().clone();
    let mut alone = Few::new(0);
    alone.start(Setup { on: true, ..Setup::default() }, Stored { entries, seen, ledger, ..Stored::default() });
    alone.pass(4_000);
    assert_eq!(alone.join(0, Policy::Refuse, false), Standing::Member);
    assert_eq!(alone.tell(0, true, "a", 1, 0), Outcome::Pending);
    assert_eq!(alone.tell(0, true, "b", 1, 0), Outcome::Same);
    alone.compared(0, "");
    assert_eq!(alone.pending(0), [("a".into(), None)]);
    alone.apply(0);
    assert!(!alone.ledgers[&0].records.contains_key("a"), "nothing is remembered of it");
}

#[test]
fn copies_are_bounded_by_key_and_in_all() {
    let mut few = Few::joined(1);
    let on = Setup { on: true, read_only: true, ..Setup::default() };
    few.put(0, "a", 1);
    let reader = few.start(on, Stored::default());
    few.pass(2_000);
    assert_eq!(few.join(reader, Policy::Merge, false), Standing::Member);
    for content in 2..30 {
        assert_eq!(few.put(reader, "a", content), Outcome::ReadOnly);
        assert_eq!(few.pending(reader), [("a".into(), Some(hash(1)))]);
    }
    let kept: Vec<_> = few.copies(reader).into_iter().map(|(_, hash)| hash.0[0]).collect();
    assert_eq!(kept, (22..30).rev().collect::<Vec<_>>());
    assert_eq!(kept.len(), MAX_PER_KEY);
    for n in 0..MAX_COPIES {
        few.put(reader, &format!("k{n}"), 7);
    }
    assert_eq!(few.copies(reader).len(), MAX_COPIES);
    assert_eq!(few.nodes[0].shared_keys(""), ["a".into()], "a reader publishes nothing");
}

#[test]
fn a_catalog_that_is_the_clusters_no_more_is_left_and_cleared() {
    let mut few = Few::new(2);
    few.connected = false;
    few.pass(60_000);
    for at in [1, 0] {
        assert_eq!(few.join(at, Policy::Refuse, false), Standing::Member);
        few.put(at, "a", u8::try_from(at).unwrap() + 1);
        few.compared(at, "");
        few.pass(5_000);
    }
    few.connected = true;
    let (from, to) = (0, few.nodes[1].me().addr);
    few.on(from, |node, now| node.announce(to, now));
    few.pass(20_000);
    let woken = few.woken[0];
    assert_eq!(few.join(0, Policy::Merge, false), Standing::Waiting, "it is told that it has to begin anew");
    assert!(few.woken[0] > woken);
    assert_eq!(few.join(0, Policy::Adopt, false), Standing::Adopting);
    assert_eq!(few.tell(0, true, "a", 1, u64::MAX), Outcome::Pending);
    few.compared(0, "");
    assert_eq!(few.join(0, Policy::Adopt, false), Standing::Member);
    assert_eq!(few.pending(0), [("a".into(), Some(hash(2)))]);
    few.pass(100);
    assert_eq!(few.copies(1), [("a".into(), hash(1))]);
    let live = |few: &Few| few.nodes[1].replica().entries(MapId::SHARED).filter(|entry| !entry.is_tombstone()).count();
    assert_eq!(live(&few), 2);
    few.ms += 3_700_000;
    few.pass(2_000);
    assert_eq!(live(&few), 1);
}

#[test]
fn a_catalog_that_was_written_from_the_same_data_directory_is_not_another_one() {
    let mut few = Few::new(2);
    let join = |few: &mut Few, at, directory| {
        few.on(at, |node: &mut Node, now| node.shared_join(Policy::Refuse, false, directory, false, now).unwrap())
    };
    assert_eq!(join(&mut few, 0, "d"), Standing::Member);
    few.put(0, "a", 1);
    few.compared(0, "");
    few.pass(100);
    assert_eq!(join(&mut few, 1, "e"), Standing::Refused);
    assert_eq!(join(&mut few, 1, "d"), Standing::Member);
    assert_eq!(few.tell(1, true, "a", 1, 0), Outcome::Same);
}

#[test]
fn one_that_is_alone_takes_nothing_from_those_that_share() {
    // It was founded long before, by a clock that is wrong.
    let mut lone = Few::joined(1);
    lone.put(0, "a", 1);
    let mut few = Few::new(0);
    (few.before, few.ms) = (100, 500_000_000);
    for _ in 0..2 {
        few.start(Setup { on: true, ..Setup::default() }, Stored::default());
    }
    few.pass(4_000);
    for at in [0, 1, 0] {
        few.join(at, Policy::Refuse, true);
        few.compared(at, "");
        few.pass(100);
    }
    few.put(0, "a", 2);
    let late = few.start(Setup { on: true, ..Setup::default() }, lone.stored(0));
    few.pass(5_000);
    assert_eq!(few.join(late, Policy::Refuse, false), Standing::Refused);
    for at in 0..2 {
        assert_eq!(few.join(at, Policy::Refuse, false), Standing::Member, "n{at}");
        assert_eq!(few.nodes[at].shared_keys(""), ["a".into()]);
    }
}
