// SPDX-License-Identifier: GPL-2.0-or-later
//! A few members that are driven by hand.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use gs_cluster_core::{
    active::{
        LedgerChange, Local, Outcome, Policy, Setup, Standing, StoredLedger,
        value::{ContentHash, Header, State},
    },
    id::{MemberId, Peer},
    node::{Description, Effect, Node, Settings},
    replica::Stored,
    time::Now,
};

pub(crate) fn hash(content: u8) -> ContentHash {
    ContentHash([content; 32])
}

/// See the module.
pub(crate) struct Few {
    pub(crate) nodes: Vec<Node>,
    /// Ids of the members begin after it.
    pub(crate) before: u128,
    pub(crate) ms: u64,
    /// Whether messages arrive.
    pub(crate) connected: bool,
    pub(crate) ledgers: BTreeMap<usize, StoredLedger>,
    /// How often each was told that something is pending.
    pub(crate) woken: Vec<u32>,
}

impl Few {
    pub(crate) fn new(number: usize) -> Self {
        let mut few =
            Self { nodes: Vec::new(), before: 0, ms: 0, connected: true, ledgers: BTreeMap::new(), woken: Vec::new() };
        for _ in 0..number {
            few.start(Setup { on: true, ..Setup::default() }, Stored::default());
        }
        few.pass(4_000);
        few
    }

    pub(crate) fn start(&mut self, setup: Setup, stored: Stored) -> usize {
        let at = self.nodes.len();
        let addr = SocketAddr::from(([10, 0, 0, 1], u16::try_from(at + 1).unwrap()));
        let peer = Peer { id: MemberId(self.before + at as u128 + 1), addr };
        let about = Description { name: format!("n{at}"), addr, started_ms: 0, version: String::new() };
        let setup = Setup { node: about.name.clone(), ..setup };
        self.nodes.push(Node::new(peer, &about, Settings::default(), setup, 7, stored, self.now()));
        self.woken.push(0);
        for to in 0..at {
            let to = self.nodes[to].me().addr;
            self.on(at, |node, now| node.announce(to, now));
        }
        at
    }

    pub(crate) fn now(&self) -> Now {
        Now { mono: Duration::from_millis(self.ms), wall_ms: 1_000_000 + self.ms }
    }

    pub(crate) fn on<R>(&mut self, at: usize, call: impl FnOnce(&mut Node, Now) -> R) -> R {
        let now = self.now();
        let result = call(&mut self.nodes[at], now);
        self.settle();
        result
    }

    pub(crate) fn settle(&mut self) {
        let mut quiet = false;
        while !quiet {
            quiet = true;
            for at in 0..self.nodes.len() {
                let from = self.nodes[at].me();
                for effect in self.nodes[at].take_effects() {
                    match effect {
                        Effect::Send { to, bytes, .. } if self.connected => {
                            let now = self.now();
                            let Some(to) = self.nodes.iter_mut().find(|node| node.me().addr == to) else { continue };
                            to.receive(from, &bytes, now).unwrap();
                            quiet = false;
                        }
                        Effect::Ledger(change) => self.store(at, change),
                        Effect::Shared => self.woken[at] += 1,
                        _ => (),
                    }
                }
            }
        }
    }

    pub(crate) fn store(&mut self, at: usize, change: LedgerChange) {
        let ledger = self.ledgers.entry(at).or_default();
        match change {
            LedgerChange::Agreed(key, Some(agreed)) => drop(ledger.records.insert(key, agreed)),
            LedgerChange::Agreed(key, None) => drop(ledger.records.remove(&key)),
            LedgerChange::Joined(joined) => ledger.joined = Some(joined),
        }
    }

    pub(crate) fn pass(&mut self, ms: u64) {
        for _ in 0..ms / 50 {
            self.ms += 50;
            for at in 0..self.nodes.len() {
                self.on(at, Node::poll);
            }
        }
    }

    pub(crate) fn join(&mut self, at: usize, policy: Policy, pristine: bool) -> Standing {
        self.join_with(at, policy, pristine, "")
    }

    /// The same, with this data directory.
    pub(crate) fn join_with(&mut self, at: usize, policy: Policy, pristine: bool, directory: &str) -> Standing {
        self.on(at, |node, now| node.shared_join(policy, pristine, directory, false, now).unwrap())
    }

    /// What a member has stored.
    pub(crate) fn stored(&self, at: usize) -> Stored {
        let replica = self.nodes[at].replica();
        let entries = replica.all().map(|entry| gs_cluster_core::entry::Entry::clone(entry)).collect();
        let ledger = self.ledgers.get(&at).cloned().unwrap_or_default();
        Stored { entries, seen: replica.seen().clone(), ledger, ..Stored::default() }
    }

    pub(crate) fn tell(&mut self, at: usize, compare: bool, key: &str, content: u8, modified: u64) -> Outcome {
        let local = Local { hash: hash(content), modified, file: None, body: &|| vec![content] };
        let told = self.on(at, |node, now| {
            if compare { node.shared_compare(key, &local, now) } else { node.shared_put(key, Some(&local), now) }
        });
        told.unwrap()
    }

    pub(crate) fn put(&mut self, at: usize, key: &str, content: u8) -> Outcome {
        self.tell(at, false, key, content, 0)
    }

    pub(crate) fn remove(&mut self, at: usize, key: &str) -> Outcome {
        self.on(at, |node, now| node.shared_put(key, None, now)).unwrap()
    }

    pub(crate) fn compared(&mut self, at: usize, prefix: &str) {
        self.on(at, |node, now| node.shared_compared(&[prefix.to_owned()], now)).unwrap();
    }

    /// Key and content of what is pending.
    pub(crate) fn pending(&mut self, at: usize) -> Vec<(String, State)> {
        let pending = self.on(at, |node, _| node.shared_pending(usize::MAX));
        let state = |version: &gs_cluster_core::active::Pending| {
            let value = version.entry.as_ref()?.value.clone()?;
            Some(Header::parse(&value)?.0.hash)
        };
        pending.iter().map(|version| (version.key.to_string(), state(version))).collect()
    }

    pub(crate) fn apply(&mut self, at: usize) {
        for version in self.on(at, |node, _| node.shared_pending(usize::MAX)) {
            let value = version.entry.as_ref().and_then(|entry| entry.value.clone());
            let local = value.map(|value| Header::parse(&value).unwrap().0.hash);
            self.on(at, |node, _| node.shared_applied(&version.key, version.token, local));
        }
    }

    /// Key and content of the conflict copies that a member holds.
    pub(crate) fn copies(&self, at: usize) -> Vec<(String, ContentHash)> {
        let copies = self.nodes[at].conflicts().into_iter().map(|(conflict, entry)| {
            let (_, value) = gs_cluster_core::active::conflicts::Conflict::parse(entry.value.as_deref()?)?;
            Some((conflict.key, Header::parse(value)?.0.hash))
        });
        copies.flatten().collect()
    }

    /// Members that take part in a catalog without objects.
    pub(crate) fn joined(number: usize) -> Self {
        let mut few = Self::new(number);
        for at in 0..number {
            few.join(at, Policy::Refuse, true);
            few.compared(at, "");
        }
        few.pass(1_000);
        for at in 0..number {
            assert_eq!(few.join(at, Policy::Refuse, true), Standing::Member);
            few.compared(at, "");
        }
        few
    }
}
