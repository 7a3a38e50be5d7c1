// SPDX-License-Identifier: GPL-2.0-or-later
//! The run of one seed: virtual time, the agenda of what happens when, and the driver that carries out what cores want.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::Duration,
};

use gs_cluster_core::{
    active::Setup,
    id::{MemberId, Peer},
    node::{Description, Effect, Node, RequestId, WaitId},
    replica::{Change, Stored},
    time::Now,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::{
    clients::Clients,
    faults::Fault,
    history::History,
    host::{Host, Reader},
    invariants::{self, Event, Invariant},
    network::{Envelope, Network},
    plan::{MS, Micros, Plan, SECOND},
    planted::Planted,
    shared::App,
    tamper,
    trace::{Short, Trace},
};

/// A member that is polled so often at one moment goes round in circles.
const MOST_POLLS_AT_ONCE: u32 = 1_000;

/// What is on the agenda.
#[derive(Debug)]
pub enum Item {
    /// A message arrives.
    Arrive(Envelope),
    /// A member's deadline has come.
    Wake(usize, u32),
    /// A group of changes reaches the disk.
    Flush(usize, u32),
    /// A host looks for others.
    Discover(usize, u32),
    /// A host learns that nothing listens at an address.
    Gone(usize, usize),
    /// A fault begins.
    NextFault,
    /// A fault ends.
    End(Fault),
    /// A client of a host does something.
    Client(usize),
    /// The owner of a process goes on with it.
    Drive(usize),
    /// A feed is read.
    Read(usize, u32),
    /// A host's application looks after the shared objects.
    Share(usize),
    /// A client has waited long enough for an acknowledgement.
    GiveUp(usize, MemberId, WaitId),
    /// A client has waited long enough for an answer.
    Forget(usize, MemberId, RequestId),
    /// The invariants are checked.
    Check,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: &'static str,
    /// When.
    pub at: Micros,
    /// In which way.
    pub what: String,
}

/// See the [module](self).
pub struct World {
    /// What was fixed beforehand.
    pub plan: Plan,
    /// The virtual time.
    pub now: Micros,
    agenda: BTreeMap<(Micros, u64), Item>,
    added: u64,
    /// The machines.
    pub hosts: Vec<Host>,
    /// What is between them.
    pub network: Network,
    /// Those who use them.
    pub clients: Clients,
    /// The applications on them, whose objects are shared.
    pub apps: Vec<App>,
    /// Of the applications.
    pub sharing: StdRng,
    /// What really happened.
    pub history: History,
    /// What is written down of it.
    pub trace: Trace,
    /// The first violation.
    pub violation: Option<Violation>,
    /// When the faults ended.
    pub healed: Option<Micros>,
    /// Of the driver and the faults.
    pub random: StdRng,
    /// What must hold; none where only the cost is looked at.
    pub invariants: Vec<Box<dyn Invariant>>,
    by_addr: BTreeMap<SocketAddr, usize>,
    polls: (Micros, usize, u32),
}

impl World {
    /// A world in which nothing has happened.
    pub fn new(plan: Plan, text: bool) -> Self {
        let mut random = StdRng::seed_from_u64(plan.seed ^ 0x5eed);
        let network = Network::new(StdRng::seed_from_u64(plan.seed ^ 0x0ae7));
        let clients = Clients::new(StdRng::seed_from_u64(plan.seed ^ 0xc11e));
        let skew = i64::try_from(plan.skew_ms).unwrap_or(0);
        let hosts: Vec<_> = (0..plan.hosts).map(|i| Host::new(i, random.random_range(-skew..=skew))).collect();
        let mut sharing = StdRng::seed_from_u64(plan.seed ^ 0x5ba2e);
        let apps = (0..plan.hosts).map(|at| App::new(at, &mut sharing)).collect();
        let by_addr = hosts.iter().map(|h| (h.addr, h.index)).collect();
        Self {
            plan,
            now: SECOND,
            agenda: BTreeMap::new(),
            added: 0,
            hosts,
            network,
            clients,
            apps,
            sharing,
            history: History::default(),
            trace: Trace::new(text),
            violation: None,
            healed: None,
            random,
            invariants: invariants::all(),
            by_addr,
            polls: (0, 0, 0),
        }
    }

    /// Puts something on the agenda.
    pub fn at(&mut self, when: Micros, item: Item) {
        self.added += 1;
        self.agenda.insert((when.max(self.now), self.added), item);
    }

    /// Does the next thing on the agenda, if its time comes before `until`. False if it does not, or an invariant is hurt.
    pub fn step(&mut self, until: Micros) -> bool {
        if self.violation.is_some() {
            return false;
        }
        let Some(((when, _), item)) = self.agenda.pop_first() else { return false };
        if when > until {
            self.added += 1;
            self.agenda.insert((when, self.added), item);
            self.now = until;
            return false;
        }
        self.now = when;
        self.trace.number(when);
        self.carry(item);
        true
    }

    fn carry(&mut self, item: Item) {
        match item {
            Item::Arrive(envelope) => self.arrive(envelope),
            Item::Wake(host, start) if self.hosts[host].starts == start => self.wake(host),
            Item::Flush(host, start) if self.hosts[host].starts == start => self.hosts[host].disk.flush(),
            Item::Discover(host, start) if self.hosts[host].starts == start => self.discover(host),
            Item::Gone(at, whom) => self.gone(at, whom),
            Item::NextFault => self.next_fault(),
            Item::End(fault) => self.end_fault(&fault),
            Item::Client(host) => self.client(host),
            Item::Drive(process) => self.drive(process),
            Item::Share(host) => self.share(host),
            Item::Read(host, start) if self.hosts[host].starts == start => self.read_on(host),
            Item::GiveUp(host, member, wait) => self.give_up(host, member, wait),
            Item::Forget(host, member, request) => {
                if self.hosts[host].peer.id == member {
                    self.call(host, |node, _| node.forget_question(request));
                }
            }
            Item::Check => {
                self.at(self.now + SECOND, Item::Check);
                self.each_second();
            }
            Item::Wake(..) | Item::Flush(..) | Item::Discover(..) | Item::Read(..) => (),
        }
    }

    /// Starts a member on a host, with what is on its disk.
    pub fn start(&mut self, at: usize) {
        let id = MemberId(self.random.random());
        let seed = self.random.random();
        let host = &mut self.hosts[at];
        let stored = Stored { writer: host.writer.replace(id), ..host.disk.stored() };
        host.peer.id = id;
        host.starts += 1;
        host.started = self.now;
        host.wake_at = Micros::MAX;
        host.readers = crate::host::FEEDS.iter().map(|map| (*map, Reader::default())).collect();
        let now = host.clocks(self.now);
        let (peer, start) = (host.peer, host.starts);
        let description =
            Description { name: format!("n{at}"), addr: host.addr, started_ms: now.wall_ms, version: String::new() };
        let mut settings = self.plan.settings;
        if self.plan.planted == Some(Planted::TombstonesForgotten) {
            (settings.tombstone_min_age, settings.tombstone_max_age) = (Duration::ZERO, Duration::ZERO);
        }
        self.apps[at].restarted(&stored.ledger);
        let setup = Setup { on: self.plan.shares, read_only: self.apps[at].read_only, node: format!("n{at}") };
        host.node = Some(Node::new(peer, &description, settings, setup, seed, stored, now));
        self.trace.line(self.now, || format!("n{at} starts as {}", Short(peer.id)));
        self.tell(&Event::Started(at));
        self.call(at, |_, _| ());
        let soon = self.now + self.random.random_range(0..50 * MS);
        self.at(soon, Item::Discover(at, start));
        self.at(soon, Item::Read(at, start));
    }

    /// Ends the member of a host at once.
    pub fn kill(&mut self, at: usize, keep_disk: bool) {
        let host = &mut self.hosts[at];
        host.node = None;
        host.paused_until = None;
        host.inbox.clear();
        host.disk.crash();
        if !keep_disk {
            host.disk = crate::disk::Disk::default();
            host.writer = None;
        }
        // The application's data lie elsewhere: they may be lost with the disk, without it, or not at all.
        if self.plan.shares && self.sharing.random_ratio(1, if keep_disk { 10 } else { 2 }) {
            self.apps[at].local.clear();
        }
        self.network.break_host(at);
        self.tell(&Event::Stopped(at));
        for other in 0..self.hosts.len() {
            if other != at && self.random.random_bool(0.6) {
                let soon = self.now + self.random.random_range(MS..200 * MS);
                self.at(soon, Item::Gone(other, at));
            }
        }
    }

    fn gone(&mut self, at: usize, whom: usize) {
        // The transport says so only after it was refused a connection at this moment.
        let refused = !self.hosts[whom].is_up() && !self.network.is_cut(at, whom) && !self.network.is_cut(whom, at);
        let addr = self.hosts[whom].addr;
        if refused && self.hosts[at].reacts() {
            self.trace.line(self.now, || format!("n{at} is refused by n{whom}"));
            self.call(at, |node, now| node.gone(addr, now));
        }
    }

    /// The driver looks for members at the addresses that it knows: often while it is alone, and seldom otherwise.
    fn discover(&mut self, at: usize) {
        let host = &self.hosts[at];
        let start = host.starts;
        let members: BTreeSet<_> = host.node.iter().flat_map(|n| n.members()).map(|p| p.addr).collect();
        let pause = if members.is_empty() { 500 * MS..3 * SECOND } else { 8 * SECOND..16 * SECOND };
        let next = self.now + self.random.random_range(pause);
        self.at(next, Item::Discover(at, start));
        if self.hosts[at].reacts() {
            let known = self.hosts.iter().take(self.plan.seeds);
            let others = known.filter(|h| h.index != at && !members.contains(&h.addr));
            for addr in others.map(|h| h.addr).collect::<Vec<_>>() {
                self.call(at, |node, now| node.announce(addr, now));
            }
        }
    }

    fn arrive(&mut self, envelope: Envelope) {
        if !self.network.arrive(&self.plan, self.now, &envelope) {
            return;
        }
        let at = envelope.way.1;
        if self.hosts[at].paused_until.is_some() {
            if self.hosts[at].inbox.len() < self.plan.queue * self.hosts.len() {
                self.hosts[at].inbox.push(envelope);
            }
            return;
        }
        self.deliver(at, &envelope);
    }

    fn deliver(&mut self, at: usize, envelope: &Envelope) {
        self.trace.number(at as u64);
        self.trace.bytes(&envelope.bytes);
        if self.trace.is_text() && self.hosts[at].is_up() {
            let text = tamper::describe(&envelope.bytes);
            if let Some(text) = text {
                let from = envelope.way.0;
                self.trace.line(self.now, || format!("n{at} <- n{from} {text}"));
            }
        }
        let received = self.call(at, |node, now| node.receive(envelope.from, &envelope.bytes, now));
        if let Some(Err(bad)) = received {
            self.violate("messages", format!("n{at} cannot read a message: {bad}"));
        }
    }

    fn wake(&mut self, at: usize) {
        if self.hosts[at].wake_at != self.now {
            return;
        }
        self.hosts[at].wake_at = Micros::MAX;
        if !self.hosts[at].reacts() {
            return;
        }
        let (when, host, times) = self.polls;
        self.polls = if (when, host) == (self.now, at) { (when, host, times + 1) } else { (self.now, at, 1) };
        if self.polls.2 > MOST_POLLS_AT_ONCE {
            self.violate("polls", format!("n{at} is polled for ever"));
            return;
        }
        self.call(at, Node::poll);
    }

    /// Lets a paused host go on.
    pub fn resume(&mut self, at: usize) {
        let host = &mut self.hosts[at];
        if host.paused_until.take().is_none() || !host.is_up() {
            return;
        }
        host.resumed = self.now;
        let inbox = std::mem::take(&mut host.inbox);
        self.trace.line(self.now, || format!("n{at} goes on"));
        // A member that wakes up reads its sockets and its clock in any order.
        if self.random.random_bool(0.5) {
            self.call(at, Node::poll);
        }
        inbox.iter().for_each(|envelope| self.deliver(at, envelope));
        self.call(at, |_, _| ());
    }

    /// Calls a host's core and carries out what it wants. `None` if no member runs there.
    pub fn call<R>(&mut self, at: usize, f: impl FnOnce(&mut Node, Now) -> R) -> Option<R> {
        let host = &mut self.hosts[at];
        let now = host.clocks(self.now);
        let node = host.node.as_mut()?;
        let result = f(node, now);
        let effects = node.take_effects();
        let deadline = node.deadline();
        for effect in effects {
            self.effect(at, effect);
        }
        self.arm(at, deadline);
        Some(result)
    }

    fn arm(&mut self, at: usize, deadline: Duration) {
        // Timers are late by a little, and sometimes by more.
        let late = if self.random.random_ratio(1, 100) { 30 * MS } else { MS };
        let late = self.random.random_range(0..=late);
        let host = &mut self.hosts[at];
        let when = host.virtual_time(deadline).max(self.now) + late;
        if when < host.wake_at {
            host.wake_at = when;
            let start = host.starts;
            self.at(when, Item::Wake(at, start));
        }
    }

    fn effect(&mut self, at: usize, effect: Effect) {
        match effect {
            Effect::Send { to, channel, bytes } => {
                let Some(&whom) = self.by_addr.get(&to) else { return };
                let Some(bytes) = tamper::message(&self.plan, self.now, &mut self.random, bytes) else { return };
                let envelope = Envelope { from: self.hosts[at].peer, way: (at, whom, channel), connection: 0, bytes };
                for (when, envelope) in self.network.send(&self.plan, self.now, envelope) {
                    self.at(when, Item::Arrive(envelope));
                }
            }
            Effect::Change(change) => self.changed(at, change),
            Effect::Ledger(change) => {
                if self.hosts[at].disk.agree(change) {
                    self.flush_soon(at);
                }
            }
            Effect::Shared => self.shared_changed(at),
            Effect::Up(peer) => self.member(at, peer, "is in"),
            Effect::Down(peer, why) => {
                self.member(at, peer, &format!("is out: {why:?}"));
                self.history.waits_no_more(self.hosts[at].peer.id, peer.id);
                self.tell(&Event::Down(at, peer.id));
            }
            Effect::Acknowledged(wait) => {
                self.trace.line(self.now, || format!("n{at} write {wait} is acknowledged"));
                self.tell(&Event::Acknowledged(at, wait));
                if let Some(waited) = self.history.waits.get_mut(&(self.hosts[at].peer.id, wait)) {
                    waited.acknowledged = true;
                }
            }
            Effect::Answered(request, _) => self.tell(&Event::Answered(at, request)),
        }
    }

    fn member(&mut self, at: usize, peer: Peer, what: &str) {
        self.trace.bytes(what.as_bytes());
        self.trace.line(self.now, || format!("n{at} {} {what}", Short(peer.id)));
    }

    fn changed(&mut self, at: usize, change: Change) {
        if let Change::Entry(entry) = &change {
            self.trace.number(entry.version.stamp.0);
            self.trace.number(entry.dot.seq);
            let host = &self.hosts[at];
            if let Some(node) = &host.node
                && entry.dot.origin == host.peer.id
                && !self.history.knows(entry.dot)
            {
                self.history.wrote(entry, node.replica());
            }
        }
        if self.trace.is_text()
            && let Some(text) = tamper::describe_change(&change)
        {
            self.trace.line(self.now, || format!("n{at} {text}"));
        }
        self.tell(&Event::Change(at, &change));
        let host = &mut self.hosts[at];
        if let Change::Dropped(map, key) = &change
            && let Some(reader) = host.readers.get_mut(map)
        {
            reader.view.remove(key);
        }
        if host.disk.append(change, self.plan.planted) {
            self.flush_soon(at);
        }
    }

    fn flush_soon(&mut self, at: usize) {
        let host = &self.hosts[at];
        let slow = if host.slow_disk_until > self.now { 2 * SECOND } else { 0 };
        let start = host.starts;
        let when = self.now + self.random.random_range(0..=self.plan.commit) + slow;
        self.at(when, Item::Flush(at, start));
    }

    /// Tells the invariants of something.
    pub fn tell(&mut self, event: &Event<'_>) {
        self.ask_invariants(|invariant, world| invariant.event(world, event));
    }

    fn each_second(&mut self) {
        self.ask_invariants(|invariant, world| invariant.each_second(world));
    }

    /// The last check.
    pub fn at_end(&mut self) {
        self.ask_invariants(|invariant, world| invariant.at_end(world));
    }

    fn ask_invariants(&mut self, f: impl Fn(&mut dyn Invariant, &World) -> Result<(), String>) {
        if self.violation.is_some() {
            return;
        }
        let mut invariants = std::mem::take(&mut self.invariants);
        for invariant in &mut invariants {
            if let Err(what) = f(invariant.as_mut(), self) {
                self.violate(invariant.name(), what);
                break;
            }
        }
        self.invariants = invariants;
    }

    /// Notes that an invariant does not hold.
    pub fn violate(&mut self, invariant: &'static str, what: String) {
        self.trace.line(self.now, || format!("VIOLATION of {invariant}: {what}"));
        self.violation.get_or_insert(Violation { invariant, at: self.now, what });
    }
}
