// SPDX-License-Identifier: GPL-2.0-or-later
//! Carries out what the core decides: see [`gs_cluster_core::node`].

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use gs_cluster_core::{
    active::{LedgerChange, Setup},
    command::{ANSWERED, Command},
    entry::{Entry, MapId, Version},
    id::{MemberId, Peer},
    node::{Departure, Description, Effect, Node, Refusal, RequestId, Settings, WaitId},
    replica::{Change, Stored},
    time::Now,
    wire::Channel as CoreChannel,
};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::{Notify, mpsc, watch};

use super::{
    StartError,
    events::{Event, EventQueue},
    persist,
    report::Report,
    view::View,
    waiting::{Ticket, Waiting},
};
use crate::{
    auth::PeerInfo,
    discovery::Discovered,
    refusal::{HandshakeError, Reminder},
    store::{Batch, Store},
    transport::{Channel, Handler, Lost, Transport},
};

/// Statuses given to the host in one batch: what it does with them it does between two batches.
const STATUS_BATCH: usize = 1_000;

/// Problems shown at most: a page of them says enough, and strangers must not fill the memory.
const MAX_PROBLEMS: usize = 32;

/// What a member starts with.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) me: Peer,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) settings: Settings,
    pub(super) setup: Setup,
    pub(super) stored: Stored,
}

/// The core's node, and what it acts on.
#[derive(Debug)]
pub(super) struct Driver {
    me: Peer,
    name: String,
    origin: Instant,
    node: Mutex<Node>,
    view: View,
    store: Mutex<Option<Store>>,
    events: Arc<EventQueue>,
    logging: tracing::Dispatch,
    transport: OnceLock<Transport>,
    /// While true, a member that the configuration requires was not found yet, and nobody else is let in.
    held_back: OnceLock<watch::Receiver<bool>>,
    lonely: watch::Sender<bool>,
    /// The core's deadline came nearer than the time keeper knows.
    sooner: Notify,
    armed: Mutex<Duration>,
    acknowledged: Arc<Waiting<WaitId, ()>>,
    answered: Arc<Waiting<RequestId, Option<Arc<Entry>>>>,
    replied: Arc<Waiting<Arc<str>, Arc<[u8]>>>,
    /// How far the host has been told of statuses.
    told: Mutex<u64>,
    report: Report,
    problems: Mutex<BTreeMap<String, String>>,
    reminder: Mutex<Reminder>,
    /// Bytes of messages given to the transport.
    sent: AtomicU64,
}

/// A write whose acknowledgement is waited for.
pub(super) struct Acknowledgement<'a> {
    driver: &'a Driver,
    ticket: Ticket<WaitId, ()>,
}

impl Acknowledgement<'_> {
    /// Whether it came in time.
    pub(super) fn wait(self, timeout: Duration) -> bool {
        let came = self.ticket.wait(timeout).is_some();
        if !came {
            self.driver.with(|node, _| node.give_up(*self.ticket.key()));
        }
        came
    }
}

/// A random number of the system's.
pub(super) fn random() -> io::Result<u128> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the system gives no random numbers"))?;
    Ok(u128::from_ne_bytes(bytes))
}

/// What other threads are told of: the disk's, and the host's. Last of all, for who is woken may run first on a busy machine,
/// before readers here see what changed and before the other members are sent it.
enum Told {
    Change(Change),
    Ledger(LedgerChange),
    Shared,
}

impl Driver {
    pub(super) fn new(
        start: Start,
        report: Report,
        store: Option<Store>,
        events: Arc<EventQueue>,
        logging: tracing::Dispatch,
    ) -> Result<Self, StartError> {
        let origin = Instant::now();
        let now = now(origin);
        let Start { me, name, version, settings, setup, stored } = start;
        let description = Description { name: name.clone(), addr: me.addr, started_ms: now.wall_ms, version };
        let view = View::default();
        for entry in &stored.entries {
            view.follow(&Change::Entry(Arc::new(entry.clone())));
        }
        #[expect(clippy::cast_possible_truncation, reason = "any 64 of the random bits make a seed")]
        let seed = random().map_err(StartError::System)? as u64;
        let driver = Self {
            me,
            name,
            origin,
            node: Mutex::new(Node::new(me, &description, settings, setup, seed, stored, now)),
            view,
            store: Mutex::new(store),
            events,
            logging,
            transport: OnceLock::new(),
            held_back: OnceLock::new(),
            lonely: watch::Sender::new(true),
            sooner: Notify::new(),
            armed: Mutex::new(Duration::ZERO),
            acknowledged: Arc::default(),
            answered: Arc::default(),
            replied: Arc::default(),
            told: Mutex::new(0),
            report,
            problems: Mutex::default(),
            reminder: Mutex::default(),
            sent: AtomicU64::new(0),
        };
        if let Some(store) = &*lock(&driver.store) {
            store.write(persist::writer(me.id));
        }
        driver.with(|_, _| ());
        Ok(driver)
    }

    pub(super) fn connect(&self, transport: Transport) {
        // Called once.
        let _ = self.transport.set(transport);
    }

    pub(super) fn hold_back_until(&self, missing: watch::Receiver<bool>) {
        // Called once.
        let _ = self.held_back.set(missing);
    }

    pub(super) fn me(&self) -> Peer {
        self.me
    }

    pub(super) fn view(&self) -> &View {
        &self.view
    }

    pub(super) fn events(&self) -> &EventQueue {
        &self.events
    }

    /// True while no other member is known.
    pub(super) fn lonely(&self) -> watch::Receiver<bool> {
        self.lonely.subscribe()
    }

    pub(super) fn peers(&self) -> Vec<Peer> {
        self.with(|node, _| node.members().copied().collect())
    }

    pub(super) fn status(&self) -> String {
        let problems = lock(&self.problems).clone();
        let sent = self.sent.load(Ordering::Relaxed);
        self.with(|node, _| self.report.json(&self.name, node, sent, &problems))
    }

    /// Runs `log` so that its lines reach the host, whatever thread this is.
    pub(super) fn logged<R>(&self, log: impl FnOnce() -> R) -> R {
        tracing::dispatcher::with_default(&self.logging, log)
    }

    /// Calls the core, and carries out what it wants done.
    pub(super) fn with<R>(&self, call: impl FnOnce(&mut Node, Now) -> R) -> R {
        let mut node = lock(&self.node);
        let result = call(&mut node, now(self.origin));
        self.carry_out(&mut node);
        result
    }

    /// A write: the acknowledgement to wait for, if there is one.
    pub(super) fn write(
        &self,
        all: bool,
        call: impl FnOnce(&mut Node, Now) -> Result<Option<WaitId>, Refusal>,
    ) -> Result<Option<Acknowledgement<'_>>, Refusal> {
        let mut node = lock(&self.node);
        let wait = call(&mut node, now(self.origin))?;
        // Before the effects: the answer may come as soon as they are carried out.
        let ticket = wait.filter(|_| all).map(|wait| self.acknowledged.register(wait));
        self.carry_out(&mut node);
        Ok(ticket.map(|ticket| Acknowledgement { driver: self, ticket }))
    }

    /// An entry that is not held here, if a peer has it.
    pub(super) fn ask(&self, map: MapId, key: &str, timeout: Duration) -> Option<Arc<Entry>> {
        let mut node = lock(&self.node);
        let request = node.ask(map, key)?;
        let ticket = self.answered.register(request);
        self.carry_out(&mut node);
        drop(node);
        let answer = ticket.wait(timeout);
        if answer.is_none() {
            self.with(|node, _| node.forget_question(request));
        }
        answer.flatten()
    }

    pub(super) fn request(&self, to: MemberId, payload: &[u8], timeout: Duration) -> Option<Arc<[u8]>> {
        let key: Arc<str> = MemberId(random().ok()?).to_string().into();
        let ticket = self.replied.register(key.clone());
        let command = Command { to, from: self.me.id, payload: payload.to_vec() }.encode();
        let asked = self.write(false, |node, now| node.put(MapId::COMMAND, &key, Some(command.into()), 0, false, now));
        let reply = asked.ok().and_then(|_| ticket.wait(timeout));
        // Refused only if it is removed already.
        let _ = self.write(false, |node, now| node.put(MapId::COMMAND, &key, None, Version::FINAL, false, now));
        reply
    }

    /// The next events for the host.
    pub(super) fn next(&self, timeout: Duration) -> Option<Vec<Event>> {
        let mut waited = self.events.wait(timeout);
        if waited.statuses {
            let mut told = lock(&self.told);
            let (entries, position) = lock(&self.node).replica().feed(MapId::STATUS, *told, STATUS_BATCH);
            *told = position;
            if entries.len() == STATUS_BATCH {
                self.events.statuses_changed();
            }
            let me = self.me.id;
            waited
                .events
                .extend(entries.into_iter().map(|entry| Event::Status { local: entry.version.writer == me, entry }));
        }
        (!waited.closed || !waited.events.is_empty()).then_some(waited.events)
    }

    pub(super) fn leave(&self) {
        self.with(Node::leave);
    }

    /// Writes what is not yet on disk, for at most `deadline`, and gives the state directory free.
    pub(super) fn close_store(&self, deadline: Duration) {
        if let Some(store) = lock(&self.store).take()
            && let Err(error) = store.close(deadline)
        {
            self.logged(|| tracing::warn!("the last changes may not be on disk: {error}"));
        }
    }

    /// Announces this member wherever discovery finds another.
    pub(super) async fn follow(self: Arc<Self>, mut found: mpsc::Receiver<Discovered>) {
        while let Some(found) = found.recv().await {
            match found {
                Discovered::Seed { addr, .. } => self.announce(addr),
                Discovered::Problem { by, source, text, .. } => {
                    let text = format!("{source}: join/{by}: {text}");
                    tracing::warn!("{text}");
                    lock(&self.problems).insert(format!("join/{by}"), text);
                }
                Discovered::Solved { by } => {
                    tracing::info!("join/{by} works now");
                    lock(&self.problems).remove(&format!("join/{by}"));
                }
            }
        }
    }

    fn announce(&self, addr: SocketAddr) {
        self.with(|node, now| {
            if node.members().all(|p| p.addr != addr) {
                node.announce(addr, now);
            }
        });
    }

    /// Wakes the core when it wants to be.
    pub(super) async fn keep_time(self: Arc<Self>) {
        loop {
            let deadline = {
                let node = lock(&self.node);
                let deadline = node.deadline();
                *lock(&self.armed) = deadline;
                deadline
            };
            let until = tokio::time::Instant::from_std(self.origin + deadline);
            tokio::select! {
                () = tokio::time::sleep_until(until) => self.with(|node, now| {
                    // The timer counts whole milliseconds, and may be a little early.
                    if node.deadline() <= now.mono {
                        node.poll(now);
                    }
                }),
                () = self.sooner.notified() => (),
            }
        }
    }

    fn carry_out(&self, node: &mut Node) {
        let mut told = Vec::new();
        for effect in node.take_effects() {
            match effect {
                Effect::Send { to, channel, bytes } => self.send(to, channel, bytes),
                Effect::Change(change) => {
                    self.view.follow(&change);
                    told.push(Told::Change(change));
                }
                Effect::Ledger(change) => told.push(Told::Ledger(change)),
                Effect::Shared => told.push(Told::Shared),
                Effect::Acknowledged(wait) => {
                    self.acknowledged.answer(&wait, ());
                }
                Effect::Answered(request, entry) => {
                    self.answered.answer(&request, entry);
                }
                Effect::Up(peer) => self.member(node, peer, None),
                Effect::Down(peer, departure) => {
                    let why = match departure {
                        Departure::Left => "it was stopped",
                        Departure::Gone => "its process has ended",
                        Departure::Silent => "it does not answer",
                    };
                    if let Some(transport) = self.transport.get() {
                        transport.hang_up(peer.addr);
                    }
                    self.member(node, peer, Some(why));
                }
            }
        }
        told.iter().for_each(|told| self.tell(told));
        if node.deadline() < *lock(&self.armed) {
            self.sooner.notify_one();
        }
    }

    fn send(&self, to: SocketAddr, channel: CoreChannel, bytes: Bytes) {
        let channel = match channel {
            CoreChannel::Control => Channel::Control,
            CoreChannel::Delta => Channel::Delta,
        };
        if let Some(transport) = self.transport.get() {
            self.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            // Not taken: the peer is away or slow. Anti-entropy brings it what it misses.
            let _ = transport.send(to, channel, bytes);
        }
    }

    fn store(&self, batch: impl FnOnce() -> Batch) {
        if let Some(store) = &*lock(&self.store) {
            store.write(batch());
        }
    }

    fn tell(&self, told: &Told) {
        match told {
            Told::Change(change) => {
                self.store(|| persist::batch(change));
                match change {
                    Change::Entry(entry) if entry.map == MapId::STATUS => self.events.statuses_changed(),
                    Change::Entry(entry) if entry.map == MapId::COMMAND => self.command(entry),
                    _ => (),
                }
            }
            Told::Ledger(change) => self.store(|| persist::ledger(change)),
            Told::Shared => self.events.shared_changed(),
        }
    }

    fn command(&self, entry: &Entry) {
        let Some(value) = &entry.value else { return };
        if entry.version.rank == ANSWERED {
            self.replied.answer(&entry.key, value.clone());
        } else if let Some(command) = Command::decode(value).filter(|c| c.to == self.me.id) {
            self.events.push(Event::Request { id: entry.key.clone(), from: command.from, payload: command.payload });
        }
    }

    fn member(&self, node: &Node, peer: Peer, gone: Option<&'static str>) {
        let name = node.description(peer.id).map_or_else(|| peer.addr.to_string(), |d| d.name);
        let lonely = node.members().next().is_none();
        self.lonely.send_if_modified(|was| std::mem::replace(was, lonely) != lonely);
        self.logged(|| match gone {
            None => tracing::info!("node {name} at {} is in the cluster", peer.addr),
            Some(why) => tracing::info!("node {name} at {} is no longer in the cluster: {why}", peer.addr),
        });
        self.events.push(Event::Member { peer, name, gone });
    }

    /// Whether a member that the configuration requires was not found yet.
    pub(super) fn is_held_back(&self) -> bool {
        self.held_back.get().is_some_and(|missing| *missing.borrow())
    }
}

impl Handler for Driver {
    fn frame(&self, from: &PeerInfo, _: Channel, frame: Bytes) {
        if self.is_held_back() {
            return;
        }
        let peer = Peer { id: MemberId(from.member), addr: from.advertised };
        let received = self.with(|node, now| node.receive(peer, &frame, now));
        if let Err(error) = received {
            tracing::warn!("a message of node {} at {} was left out: {error}", from.name, from.advertised);
        }
    }

    fn connected(&self, peer: &PeerInfo) {
        let refused = format!("refused {}", peer.dialled.unwrap_or(peer.advertised));
        lock(&self.problems).remove(&refused);
    }

    fn lost(&self, addr: SocketAddr, why: Lost) {
        if why == Lost::Refused {
            self.with(|node, now| node.gone(addr, now));
        }
    }

    fn refused(&self, addr: SocketAddr, why: &HandshakeError) {
        if lock(&self.reminder).due(addr, why, Instant::now()) {
            tracing::warn!("{addr}: {why}");
            let mut problems = lock(&self.problems);
            if problems.len() < MAX_PROBLEMS {
                problems.insert(format!("refused {addr}"), format!("{addr}: {why}"));
            }
        }
    }
}

fn now(origin: Instant) -> Now {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now { mono: origin.elapsed(), wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX) }
}

/// A thread that panicked with the lock left what it guards whole: nothing below panics half way, and a member that can
/// serve on is better than one that cannot.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
