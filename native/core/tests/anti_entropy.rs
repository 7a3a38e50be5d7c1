// SPDX-License-Identifier: GPL-2.0-or-later
//! Scenarios by hand of what the simulator found: members that exchange messages over a network of one queue.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use gs_cluster_core::{
    entry::MapId,
    id::{Dot, MemberId, Peer},
    node::{Description, Effect, Node, Settings},
    replica::Stored,
    time::Now,
    wire::Message,
};

const MAP: MapId = MapId(100);

struct Net {
    nodes: Vec<Node>,
    settings: Settings,
    now: Duration,
    under_way: VecDeque<(Peer, SocketAddr, Message)>,
    acknowledged: Vec<(usize, u64)>,
}

fn peer(n: usize) -> Peer {
    let port = 5701 + u16::try_from(n).unwrap();
    Peer { id: MemberId(n as u128 + 1), addr: SocketAddr::from((Ipv4Addr::LOCALHOST, port)) }
}

impl Net {
    /// Members that all know each other.
    fn new(members: usize, settings: Settings) -> Self {
        let mut net = Self {
            nodes: Vec::new(),
            settings,
            now: Duration::from_secs(1),
            under_way: VecDeque::new(),
            acknowledged: Vec::new(),
        };
        (0..members).for_each(|n| net.join(n));
        net.run(3_000, |_| true);
        assert!(net.nodes.iter().all(|n| n.members().count() == members - 1));
        net
    }

    fn join(&mut self, n: usize) {
        let me = peer(n);
        let about = Description { name: String::new(), addr: me.addr, started_ms: 1, version: String::new() };
        self.nodes.push(Node::new(me, &about, self.settings, Default::default(), 7, Stored::default(), self.clock()));
        self.call(n, |node, now| node.announce(peer(0).addr, now));
    }

    fn clock(&self) -> Now {
        Now { mono: self.now, wall_ms: u64::try_from(self.now.as_millis()).unwrap() }
    }

    fn call<R>(&mut self, n: usize, f: impl FnOnce(&mut Node, Now) -> R) -> R {
        let now = self.clock();
        let result = f(&mut self.nodes[n], now);
        for effect in self.nodes[n].take_effects() {
            match effect {
                Effect::Send { to, bytes, .. } => {
                    self.under_way.push_back((self.nodes[n].me(), to, Message::decode(&bytes).unwrap()));
                }
                Effect::Acknowledged(wait) => self.acknowledged.push((n, wait)),
                _ => (),
            }
        }
        result
    }

    /// Lets time pass, and delivers the messages that `passes`.
    fn run(&mut self, ms: u64, passes: impl Fn(&(Peer, SocketAddr, Message)) -> bool) {
        for _ in 0..ms {
            self.now += Duration::from_millis(1);
            while let Some(sent) = self.under_way.pop_front() {
                let to = (0..self.nodes.len()).find(|n| peer(*n).addr == sent.1);
                if let Some(to) = to.filter(|_| passes(&sent)) {
                    self.call(to, |node, now| node.receive(sent.0, &sent.2.encode(), now)).unwrap();
                }
            }
            (0..self.nodes.len()).for_each(|n| {
                if self.nodes[n].deadline() <= self.now {
                    self.call(n, Node::poll);
                }
            });
        }
    }

    fn put(&mut self, n: usize, key: &str, value: Option<&[u8]>, all: bool) -> Option<u64> {
        self.call(n, |node, now| node.put(MAP, key, value.map(Into::into), 0, all, now)).unwrap()
    }

    fn holds(&self, n: usize, key: &str) -> bool {
        self.nodes[n].replica().get(MAP, key).is_some_and(|e| !e.is_tombstone())
    }

    fn equal(&self) -> bool {
        let first = self.nodes[0].replica();
        self.nodes.iter().all(|n| (n.replica().seen(), n.replica().digest()) == (first.seen(), first.digest()))
    }
}

fn between(a: usize, b: usize, sent: &(Peer, SocketAddr, Message)) -> bool {
    let ends = (sent.0, sent.1);
    ends == (peer(a), peer(b).addr) || ends == (peer(b), peer(a).addr)
}

#[test]
fn an_update_over_a_gap_is_not_taken_before_what_is_missing() {
    let mut net = Net::new(2, Settings::default());
    net.put(0, "lost", Some(b"1"), false);
    net.under_way.clear();
    net.now += Duration::from_millis(5);
    net.put(0, "next", Some(b"2"), false);
    let (_, _, update) = net.under_way.pop_back().unwrap();
    net.call(1, |node, now| node.receive(peer(0), &update.encode(), now)).unwrap();
    assert!(!net.holds(1, "next"));
    net.run(10, |_| true);
    assert!(net.holds(1, "lost") && net.holds(1, "next") && net.equal());
}

#[test]
fn a_transfer_in_parts_is_neither_claimed_nor_acknowledged_before_its_end() {
    let mut net = Net::new(2, Settings { batch: 200, ..Settings::default() });
    net.run(1, |_| true);
    for n in 0..20 {
        net.put(0, &format!("k{n}"), Some(&[n; 50]), false);
    }
    net.under_way.clear();
    let wait = net.put(0, "last", Some(b"!"), true).unwrap();
    let before = net.nodes[1].replica().seen().get(peer(0).id);
    // The third part, and what follows from it, never arrives.
    let parts = std::cell::Cell::new(0);
    net.run(500, |(_, _, message)| {
        parts.set(parts.get() + usize::from(matches!(message, Message::Pulled(_))));
        parts.get() < 3
    });
    assert_eq!(net.nodes[1].replica().seen().get(peer(0).id), before);
    assert_eq!(net.acknowledged, []);
    net.run(6_000, |_| true);
    assert!(net.equal());
    assert_eq!(net.acknowledged, [(0, wait)]);
}

#[test]
fn one_that_was_away_for_too_long_brings_no_deletion_back_and_loses_nothing_of_its_own() {
    let ages = (Duration::from_secs(1), Duration::from_secs(4));
    let mut net = Net::new(2, Settings { tombstone_min_age: ages.0, tombstone_max_age: ages.1, ..Settings::default() });
    net.put(0, "old", Some(b"1"), false);
    net.run(10, |_| true);
    assert!(net.holds(1, "old"));
    net.run(5_000, |_| false);
    net.put(0, "old", None, false);
    net.put(1, "own", Some(b"2"), false);
    net.run(10_000, |_| false);
    assert_eq!(net.nodes[0].replica().tombstones(), 0, "it is forgotten");
    net.run(10_000, |_| true);
    assert!(net.equal());
    assert!(!net.holds(1, "old") && !net.holds(0, "old"));
    assert!(net.holds(0, "own") && net.holds(1, "own"));
}

#[test]
fn an_acknowledgement_for_an_earlier_member_at_the_address_is_not_taken() {
    let mut net = Net::new(2, Settings::default());
    let wait = net.put(0, "k", Some(b"1"), true).unwrap();
    net.under_way.clear();
    let stale = Message::Ack(Dot { origin: MemberId(99), seq: wait });
    net.call(0, |node, now| node.receive(peer(1), &stale.encode(), now)).unwrap();
    assert_eq!(net.acknowledged, []);
    net.run(3_000, |_| true);
    assert_eq!(net.acknowledged, [(0, wait)]);
}

#[test]
fn one_whose_way_to_a_peer_is_cut_in_one_direction_asks_another() {
    let mut net = Net::new(3, Settings::default());
    let cut = |sent: &(Peer, SocketAddr, Message)| (sent.0, sent.1) != (peer(1), peer(0).addr);
    net.put(0, "lost", Some(b"1"), false);
    net.under_way.retain(|(_, to, _)| *to == peer(2).addr);
    // Updates keep coming, and each shows the gap again.
    for n in 0..10_000_u16 {
        net.put(0, "busy", Some(&n.to_be_bytes()), false);
        net.run(1, cut);
    }
    assert!(net.holds(1, "lost"));
}

#[test]
fn halves_that_declared_each_other_down_are_one_again_without_help() {
    let mut net = Net::new(4, Settings::default());
    let crosses = |sent: &_| [(0, 2), (0, 3), (1, 2), (1, 3)].iter().any(|(a, b)| between(*a, *b, sent));
    net.run(6_000, |sent| !crosses(sent));
    assert!(net.nodes.iter().all(|n| n.members().count() == 1));
    net.run(6_000, |_| true);
    assert!(net.nodes.iter().all(|n| n.members().count() == 3));
    // And two that were left alone.
    let mut net = Net::new(2, Settings::default());
    net.run(6_000, |_| false);
    assert!(net.nodes.iter().all(|n| n.members().count() == 0));
    net.run(6_000, |_| true);
    assert!(net.nodes.iter().all(|n| n.members().count() == 1));
}
