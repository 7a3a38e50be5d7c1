// SPDX-License-Identifier: GPL-2.0-or-later
//! A virtual network. It decides when, how often and whether a message arrives; the world delivers it.
//!
//! With connections it behaves as TCP does: messages of one sender to one receiver over one channel keep their order, are
//! lost only together with their connection, and wait while the way is cut. Without, anything may happen to each of them.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use gs_cluster_core::{id::Peer, wire::Channel};
use rand::{RngExt, rngs::StdRng};

use crate::plan::{MS, Micros, Plan, SECOND};

/// A connection that has stalled for longer is closed, as the transport would.
const STALLED: Micros = 5 * SECOND;

/// From which host to which, over which channel.
pub type Way = (usize, usize, Channel);

/// A message under way.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The member that sent it.
    pub from: Peer,
    /// Which way it takes.
    pub way: Way,
    /// Over which connection of that way.
    pub connection: u32,
    /// The message.
    pub bytes: Bytes,
}

#[derive(Debug, Default)]
struct Link {
    connection: u32,
    /// When the last message arrives: the next one arrives later.
    last: Micros,
    in_flight: usize,
    /// Messages that wait for the way to open.
    stalled: VecDeque<Envelope>,
    /// Since when the first of them does.
    stalled_since: Micros,
}

/// See the [module](self).
#[derive(Debug)]
pub struct Network {
    links: BTreeMap<Way, Link>,
    /// How many faults cut the way from one host to another.
    cuts: BTreeMap<(usize, usize), u32>,
    /// Until when one message in five is lost.
    pub lossy_until: Micros,
    /// Until when a host's queues hold next to nothing.
    pub narrow_until: BTreeMap<usize, Micros>,
    /// When a way was last cut.
    pub cut_until: BTreeMap<(usize, usize), Micros>,
    /// Whether faults have ended for good.
    pub healed: bool,
    random: StdRng,
    /// Messages and bytes that were sent.
    pub sent: (u64, u64),
}

impl Network {
    /// A network without faults.
    pub fn new(random: StdRng) -> Self {
        Self {
            links: BTreeMap::new(),
            cuts: BTreeMap::new(),
            lossy_until: 0,
            narrow_until: BTreeMap::new(),
            cut_until: BTreeMap::new(),
            healed: false,
            random,
            sent: (0, 0),
        }
    }

    /// Whether nothing gets from `from` to `to`.
    pub fn is_cut(&self, from: usize, to: usize) -> bool {
        self.cuts.contains_key(&(from, to))
    }

    /// Sends a message: when it arrives, and how often.
    pub fn send(&mut self, plan: &Plan, now: Micros, mut envelope: Envelope) -> Vec<(Micros, Envelope)> {
        self.sent.0 += 1;
        self.sent.1 += envelope.bytes.len() as u64;
        let way = envelope.way;
        let cut = self.is_cut(way.0, way.1);
        let narrow = !self.healed && self.narrow_until.get(&way.0).is_some_and(|until| *until > now);
        let room = if narrow { 2 } else { plan.queue };
        let lost_in = match (self.healed, now < self.lossy_until) {
            (true, _) => 0,
            (_, true) => 5,
            _ => plan.lost_in,
        };
        let lost = lost_in > 0 && self.random.random_ratio(1, lost_in);
        let delay = self.random.random_range(plan.delay.0..=plan.delay.1);
        let link = self.links.entry(way).or_default();
        if !plan.connections {
            if cut || lost || link.in_flight >= room {
                return Vec::new();
            }
            let twice = plan.twice_in > 0 && self.random.random_ratio(1, plan.twice_in);
            // Some take a hundred times as long, and so arrive long after those that were sent later.
            let slow = if self.random.random_ratio(1, 50) { 100 * MS } else { 0 };
            link.in_flight += 1 + usize::from(twice);
            let mut arrivals = vec![(now + delay + slow, envelope.clone())];
            if twice {
                let again = self.random.random_range(0..=SECOND);
                arrivals.push((now + delay + again, envelope));
            }
            return arrivals;
        }
        if lost {
            self.break_connection(way);
            return Vec::new();
        }
        envelope.connection = link.connection;
        if link.in_flight + link.stalled.len() >= room {
            return Vec::new();
        }
        if cut {
            self.stall(envelope, now);
            return Vec::new();
        }
        link.in_flight += 1;
        link.last = link.last.max(now + delay) + 1;
        vec![(link.last, envelope)]
    }

    /// A message arrives: whether it is to be delivered now.
    pub fn arrive(&mut self, plan: &Plan, now: Micros, envelope: &Envelope) -> bool {
        let cut = self.is_cut(envelope.way.0, envelope.way.1);
        let link = self.links.entry(envelope.way).or_default();
        link.in_flight = link.in_flight.saturating_sub(1);
        if !plan.connections {
            return !cut;
        }
        if link.connection != envelope.connection {
            return false;
        }
        if cut || !link.stalled.is_empty() {
            self.stall(envelope.clone(), now);
            return false;
        }
        true
    }

    fn stall(&mut self, envelope: Envelope, now: Micros) {
        let way = envelope.way;
        let link = self.links.entry(way).or_default();
        if link.stalled.is_empty() {
            link.stalled_since = now;
        }
        if now - link.stalled_since < STALLED {
            link.stalled.push_back(envelope);
        } else {
            self.break_connection(way);
        }
    }

    /// Everything under way is lost, and a new connection is made.
    pub fn break_connection(&mut self, way: Way) {
        let link = self.links.entry(way).or_default();
        link.connection += 1;
        link.stalled.clear();
    }

    /// Breaks the connections that a host has.
    pub fn break_host(&mut self, host: usize) {
        let ways: Vec<_> = self.links.keys().filter(|w| w.0 == host || w.1 == host).copied().collect();
        ways.into_iter().for_each(|way| self.break_connection(way));
    }

    /// Cuts a way. Half of the connections notice and break, the others stall.
    pub fn cut(&mut self, from: usize, to: usize, now: Micros) {
        *self.cuts.entry((from, to)).or_default() += 1;
        self.cut_until.insert((from, to), now);
        for channel in [Channel::Control, Channel::Delta] {
            if self.random.random_bool(0.5) {
                self.break_connection((from, to, channel));
            }
        }
    }

    /// Opens a way again: what waited goes on.
    pub fn mend(&mut self, from: usize, to: usize, now: Micros) -> Vec<(Micros, Envelope)> {
        let Some(cuts) = self.cuts.get_mut(&(from, to)) else { return Vec::new() };
        *cuts -= 1;
        if *cuts > 0 {
            return Vec::new();
        }
        self.cuts.remove(&(from, to));
        self.cut_until.insert((from, to), now);
        let mut arrivals = Vec::new();
        for channel in [Channel::Control, Channel::Delta] {
            let Some(link) = self.links.get_mut(&(from, to, channel)) else { continue };
            link.last = link.last.max(now + MS);
            if now - link.stalled_since >= STALLED {
                link.connection += 1;
                link.stalled.clear();
            }
            for envelope in std::mem::take(&mut link.stalled) {
                link.last += 1;
                link.in_flight += 1;
                arrivals.push((link.last, envelope));
            }
        }
        arrivals
    }

    /// Opens all ways.
    pub fn heal(&mut self, now: Micros) -> Vec<(Micros, Envelope)> {
        self.healed = true;
        let cut: Vec<_> = self.cuts.keys().copied().collect();
        let mut arrivals = Vec::new();
        for (from, to) in cut {
            self.cuts.insert((from, to), 1);
            arrivals.extend(self.mend(from, to, now));
        }
        arrivals
    }
}
