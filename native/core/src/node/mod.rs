// SPDX-License-Identifier: GPL-2.0-or-later
//! A member of the cluster as a state machine.
//!
//! **Contract.** A driver calls the methods of [`Node`] with what its clocks say, carries out [`Node::take_effects`] in
//! order after every call, and calls [`Node::poll`] when [`Node::deadline`] has come. Nothing here waits or fails because
//! of a peer: a message that does not arrive is made good by anti-entropy.

mod duties;
mod sync;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::{
    active::{Active as Shared, LedgerChange, Setup},
    entry::{Entry, MapId, Version},
    id::{MemberId, Peer},
    membership::{Active, Membership, Output, Tuning},
    replica::{Change, Replica, Stored},
    time::Now,
    versions::VersionVector,
    wire::{BadMessage, Channel, Message},
    wps::{
        Phase,
        record::{BadRecord, Record, Text},
    },
};

/// Longest key, bytes.
pub const MAX_KEY: usize = 1_024;
/// Largest value, bytes: well below what one frame of the transport holds. What is larger is a file, not an entry.
pub const MAX_VALUE: usize = 4 * 1024 * 1024;
/// Writes within this time of the last message are put into the next one together. A write after a pause goes at once, and
/// processes that report often pause for longer than this: it only keeps a burst from becoming as many messages.
const COALESCE: Duration = Duration::from_micros(250);
/// Up to this many members each write is sent to all; beyond, to as many at random, and anti-entropy carries it on.
const FULL_MESH: usize = 50;

/// How a node behaves. [`Settings::default`] is right for a cluster in one data centre.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The failure detector.
    pub tuning: Tuning,
    /// One random member is compared with in each such period.
    pub sync_every: Duration,
    /// Duties that are nobody's in particular are looked after in each such period.
    pub sweep_every: Duration,
    /// A tombstone lives at least this long, so that messages under way find it.
    pub tombstone_min_age: Duration,
    /// A tombstone lives at most this long, and so long a member that is away is waited for.
    pub tombstone_max_age: Duration,
    /// An unfinished process is given up when its member was not seen for this long…
    pub orphan_grace: Duration,
    /// …or for this long, if it is certain that the member's process is gone.
    pub gone_grace: Duration,
    /// Entries are sent in messages of about this many bytes: large enough to be efficient, small enough not to hold up
    /// others.
    pub batch: usize,
    /// The status of a process that has ended is removed this long after it was last written.
    pub status_life: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tuning: Tuning::default(),
            sync_every: Duration::from_secs(1),
            sweep_every: Duration::from_millis(500),
            tombstone_min_age: Duration::from_secs(30),
            tombstone_max_age: Duration::from_secs(24 * 3_600),
            orphan_grace: Duration::from_secs(15),
            gone_grace: Duration::from_secs(2),
            batch: 512 * 1024,
            status_life: None,
        }
    }
}

/// What a member says of itself to the others: its entry in [`MapId::MEMBER`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// How people call it.
    pub name: String,
    /// Its address.
    pub addr: SocketAddr,
    /// When its process started, milliseconds since the epoch.
    pub started_ms: u64,
    /// Version of the extension.
    pub version: String,
}

/// Why a member is no longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It said that it leaves.
    Left,
    /// Its process is gone: nothing listens at its address any more.
    Gone,
    /// It does not answer.
    Silent,
}

fn decode_description(entry: &Entry) -> Option<Description> {
    postcard::from_bytes(entry.value.as_deref()?).ok()
}

/// What a driver has to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Send these bytes; if there is no room for them, drop them.
    Send {
        /// To whom.
        to: SocketAddr,
        /// Over which connection.
        channel: Channel,
        /// A message.
        bytes: Bytes,
    },
    /// Store and show a change of the replica.
    Change(Change),
    /// Store a change of what this member has agreed on.
    Ledger(LedgerChange),
    /// Shared objects are pending, or the standing is to be asked for again.
    Shared,
    /// A member is there.
    Up(Peer),
    /// A member is no longer there.
    Down(Peer, Departure),
    /// Every live member has seen the write that was waited for.
    Acknowledged(WaitId),
    /// The peers have answered what was asked of them: the entry, if one had it. It is not held here yet.
    Answered(RequestId, Option<Arc<Entry>>),
}

/// Names a write whose acknowledgement is waited for.
pub type WaitId = u64;
/// Names a question to the peers.
pub type RequestId = u64;

/// Why a write was not made. In every case nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The key is longer than [`MAX_KEY`] or the value larger than [`MAX_VALUE`].
    TooLarge,
    /// What is there ranks higher: in the status map, the entry was removed.
    Outranked,
    /// The phase may not follow the one that the status has.
    Transition(Phase),
    /// The bytes are no status record.
    BadRecord(BadRecord),
}

/// How many of the things a member holds that come and go: to see that they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauges {
    /// Writes whose acknowledgement is waited for.
    pub waits: usize,
    /// Questions to the peers.
    pub questions: usize,
    /// Effects that were not taken yet.
    pub effects: usize,
    /// Positions in the change feeds: one for each entry.
    pub positions: usize,
    /// Timers of the failure detector.
    pub timers: usize,
    /// Members of which it is known what they have seen.
    pub vectors: usize,
    /// Members that are gone.
    pub absent: usize,
    /// Processes that have not ended.
    pub unfinished: usize,
}

/// See the [module](self).
#[derive(Debug)]
pub struct Node {
    me: Peer,
    settings: Settings,
    random: StdRng,
    pub(crate) replica: Replica,
    membership: Membership,
    pub(crate) effects: Vec<Effect>,
    pub(crate) active: Shared,
    /// Own writes up to this one were sent.
    published: u64,
    /// When the last of them was.
    published_at: Duration,
    /// A message with writes is due then.
    publish_due: Option<Duration>,
    waits: BTreeMap<WaitId, BTreeSet<MemberId>>,
    questions: BTreeMap<RequestId, BTreeSet<MemberId>>,
    next_request: RequestId,
    sync: sync::Syncs,
    duties: duties::Duties,
}

impl Node {
    /// A member that begins with what an earlier one stored.
    pub fn new(
        me: Peer,
        description: &Description,
        settings: Settings,
        setup: Setup,
        seed: u64,
        mut stored: Stored,
        now: Now,
    ) -> Self {
        let mut replica = Replica::new(me.id);
        let predecessor = stored.writer;
        let active = Shared::new(setup, std::mem::take(&mut stored.ledger), now.mono);
        replica.restore(stored, now);
        let mut random = StdRng::seed_from_u64(seed);
        let mut node = Self {
            me,
            settings,
            // At random, so that answers for an earlier member with this address are not taken for this one's.
            next_request: random.random(),
            random,
            membership: Membership::new(me, description.started_ms, settings.tuning, seed, now.mono),
            effects: Vec::new(),
            active,
            published: 0,
            published_at: Duration::ZERO,
            publish_due: None,
            waits: BTreeMap::new(),
            questions: BTreeMap::new(),
            sync: sync::Syncs::new(now.mono + settings.sync_every),
            duties: duties::Duties::new(&replica, now.mono + settings.sweep_every),
            replica,
        };
        if let Some(predecessor) = predecessor {
            node.duties.departing(predecessor, Departure::Gone);
            node.duties.departed(predecessor, now.mono);
        }
        // Cannot fail: a description is small.
        let description = postcard::to_stdvec(description).unwrap_or_default();
        let _ = node.put(MapId::MEMBER, &me.id.to_string(), Some(description.into()), 0, false, now);
        node
    }

    /// Who this is.
    pub fn me(&self) -> Peer {
        self.me
    }

    /// The other members.
    pub fn members(&self) -> impl Iterator<Item = &Peer> {
        self.membership.active().values()
    }

    /// What the members hold, as far as this one knows.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// What a member, there or gone, says of itself.
    pub fn description(&self, member: MemberId) -> Option<Description> {
        decode_description(self.replica.get(MapId::MEMBER, &member.to_string())?)
    }

    /// How much of what comes and goes this member holds at the moment.
    pub fn gauges(&self) -> Gauges {
        Gauges {
            waits: self.waits.len(),
            questions: self.questions.len(),
            effects: self.effects.len(),
            positions: self.replica.positions(),
            timers: self.membership.timers(),
            vectors: self.sync.vectors(),
            absent: self.duties.absent(),
            unfinished: self.duties.unfinished(),
        }
    }

    /// What is to be done, in order.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.absorb();
        std::mem::take(&mut self.effects)
    }

    /// When to call [`Node::poll`] at the latest, in the monotonic time of [`Now`].
    pub fn deadline(&self) -> Duration {
        let regular = [self.membership.deadline(), self.sync.due(), self.duties.due()];
        regular.into_iter().chain(self.publish_due).fold(Duration::MAX, Duration::min)
    }

    /// Does what is due.
    pub fn poll(&mut self, now: Now) {
        let described = || self.replica.entries(MapId::MEMBER).filter_map(|e| decode_description(e)).map(|d| d.addr);
        let outputs = self.membership.poll(now.mono, || described().collect());
        self.follow(outputs, now);
        if self.publish_due.is_some_and(|due| due <= now.mono) {
            self.publish(now, false);
        }
        if self.sync.due() <= now.mono {
            self.sync_with_somebody(now);
        }
        if self.duties.due() <= now.mono {
            self.do_duties(now);
        }
        self.keep_losers(now);
    }

    /// Somebody may be at this address: asks to be let in.
    pub fn announce(&mut self, addr: SocketAddr, now: Now) {
        if addr != self.me.addr {
            let outputs = self.membership.announce(addr, now.mono);
            self.follow(outputs, now);
        }
    }

    /// The process at this address is gone.
    pub fn gone(&mut self, addr: SocketAddr, now: Now) {
        let who: Vec<_> = self.members().filter(|p| p.addr == addr).map(|p| p.id).collect();
        who.into_iter().for_each(|id| self.duties.departing(id, Departure::Gone));
        let outputs = self.membership.gone(|peer| peer.addr == addr, now.mono);
        self.follow(outputs, now);
    }

    /// Tells the others that this member leaves. It answers no more afterwards.
    pub fn leave(&mut self, now: Now) {
        self.publish(now, false);
        let everybody: Vec<_> = self.members().copied().collect();
        self.send_all(&everybody, &Message::Leaving);
        let outputs = self.membership.leave(now.mono);
        self.follow(outputs, now);
    }

    /// A message of a member, or of one that is about to become one. Bytes that are no message change nothing.
    pub fn receive(&mut self, from: Peer, bytes: &[u8], now: Now) -> Result<(), BadMessage> {
        let message = Message::decode(bytes)?;
        if self.publish_due.is_some() && message.channel() == Channel::Delta {
            // Own writes go out before another member's can replace them: who has seen a write must hold it.
            self.publish(now, false);
        }
        match message {
            Message::Swim(packet) => {
                let outputs = self.membership.packet(&packet, now.mono);
                self.follow(outputs, now);
            }
            Message::Leaving => {
                if self.active().contains_key(&from.id) {
                    self.duties.departing(from.id, Departure::Left);
                }
                let outputs = self.membership.gone(|peer| peer.id == from.id, now.mono);
                self.follow(outputs, now);
            }
            Message::Ack(dot) if dot.origin == self.me.id => self.acknowledged(from.id, dot.seq),
            // For an earlier member with this one's address.
            Message::Ack(_) => (),
            Message::Ask { request, map, key } => {
                let entry = self.replica.get(map, &key).map(|e| Entry::clone(e));
                self.send(from.addr, &Message::Answer { request, entry });
            }
            Message::Answer { request, entry } => self.answered(from, request, entry, now),
            Message::Sync { seen, expired, root, answer } => self.on_sync(from, seen, &expired, root, answer, now),
            Message::Updates { updates, ack } => self.on_updates(from, updates, ack, now),
            Message::Pull { request, beyond } => self.on_pull(from, request, &beyond),
            Message::Pulled(part) => self.on_pulled(from, part, now),
            Message::Buckets(buckets) => self.on_buckets(from, &buckets),
            Message::Keys { buckets, held } => self.on_keys(from, &buckets, &held),
            Message::Repair { seen, entries } => self.on_repair(&seen, entries, now),
            Message::Want(keys) => self.on_want(from, &keys),
        }
        self.keep_losers(now);
        Ok(())
    }

    /// Writes an entry; `None` removes it. With `all`, the answer names what to wait for; without it, or when no other
    /// member is there, nothing.
    ///
    /// `rank` is the map's own order, zero in maps that have none: see [`Version`].
    pub fn put(
        &mut self,
        map: MapId,
        key: &str,
        value: Option<Arc<[u8]>>,
        rank: u8,
        all: bool,
        now: Now,
    ) -> Result<Option<WaitId>, Refusal> {
        if key.len() > MAX_KEY || value.as_ref().is_some_and(|v| v.len() > MAX_VALUE) {
            return Err(Refusal::TooLarge);
        }
        let entry = self.replica.write(map, key.into(), value, rank, now).ok_or(Refusal::Outranked)?;
        let wait = entry.dot.seq;
        let everybody: BTreeSet<_> = self.membership.active().keys().copied().collect();
        let waited_for = all && !everybody.is_empty();
        if waited_for {
            self.waits.insert(wait, everybody);
        }
        if all || now.mono >= self.published_at + COALESCE {
            self.publish(now, waited_for);
        } else {
            self.publish_due = Some(self.published_at + COALESCE);
        }
        Ok(waited_for.then_some(wait))
    }

    /// Waits no longer for the acknowledgement of a write. It stays written, and reaches the others when it can.
    pub fn give_up(&mut self, wait: WaitId) {
        self.waits.remove(&wait);
    }

    /// Saves a status, if its phase may follow the one that is there. The member that saves a status first is its owner.
    ///
    /// Of a status whose failure was presumed while its owner lives, the owner's end is saved, whatever it is.
    pub fn save_status(&mut self, record: &[u8], all: bool, now: Now) -> Result<Option<WaitId>, Refusal> {
        let record = Record::parse(record).map_err(Refusal::BadRecord)?;
        let id = record.execution_id();
        let mut owner = self.me.id.to_string();
        if let Some(held) = self.replica.get(MapId::STATUS, id) {
            let Some(held) = held.value.as_deref().and_then(Record::trusted) else { return Err(Refusal::Outranked) };
            let own = held.text(Text::Owner) == Some(&owner);
            let allowed = if held.is_presumed() && own {
                // What the others presumed does not bind the one who knows; but it is too late to be running.
                if !record.phase().is_completed() {
                    return Err(Refusal::Outranked);
                }
                true
            } else {
                record.phase().may_follow(held.phase())
            };
            if !allowed {
                return Err(Refusal::Transition(held.phase()));
            }
            owner = held.text(Text::Owner).unwrap_or_default().to_owned();
        }
        let rank = record.rank();
        let value = record.with_owner(&owner);
        self.put(MapId::STATUS, id, Some(value.into()), rank, all, now)
    }

    /// Removes a status for good; returns it.
    pub fn remove_status(&mut self, id: &str, now: Now) -> Option<Arc<Entry>> {
        let held = self.replica.get(MapId::STATUS, id).filter(|e| !e.is_tombstone()).cloned()?;
        self.put(MapId::STATUS, id, None, Version::FINAL, false, now).ok()?;
        Some(held)
    }

    /// Asks every member for an entry that is not held here. The answer is an effect; `None`: there is nobody to ask.
    pub fn ask(&mut self, map: MapId, key: &str) -> Option<RequestId> {
        let everybody: Vec<_> = self.members().copied().collect();
        if everybody.is_empty() {
            return None;
        }
        let request = self.next_request();
        self.questions.insert(request, everybody.iter().map(|p| p.id).collect());
        self.send_all(&everybody, &Message::Ask { request, map, key: key.to_owned() });
        Some(request)
    }

    fn next_request(&mut self) -> RequestId {
        self.next_request = self.next_request.wrapping_add(1);
        self.next_request
    }

    /// Waits no longer for the answer to a question.
    pub fn forget_question(&mut self, request: RequestId) {
        self.questions.remove(&request);
    }

    fn answered(&mut self, from: Peer, request: RequestId, entry: Option<Entry>, now: Now) {
        let seen = |entry: &Entry| self.replica.seen().has(entry.dot);
        if entry.as_ref().is_some_and(|e| !seen(e)) {
            self.pull(from, false, now);
        }
        let Some(asked) = self.questions.get_mut(&request) else { return };
        asked.remove(&from.id);
        let entry = entry.and_then(|e| match self.replica.get(e.map, &e.key) {
            Some(held) => Some(held.clone()),
            // What was seen and is not held was deleted.
            None => (!self.replica.seen().has(e.dot)).then(|| Arc::new(e)),
        });
        let entry = entry.filter(|e| !e.is_tombstone());
        if entry.is_some() || asked.is_empty() {
            self.questions.remove(&request);
            self.effects.push(Effect::Answered(request, entry));
        }
    }

    /// The member has seen this member's writes up to `seq`.
    fn acknowledged(&mut self, by: MemberId, seq: u64) {
        let mut complete = Vec::new();
        for (wait, missing) in self.waits.range_mut(..=seq) {
            missing.remove(&by);
            if missing.is_empty() {
                complete.push(*wait);
            }
        }
        self.finish(complete);
    }

    /// A member that is gone is not waited for.
    fn wait_no_more_for(&mut self, member: MemberId) {
        let mut complete = Vec::new();
        for (wait, missing) in &mut self.waits {
            if missing.remove(&member) && missing.is_empty() {
                complete.push(*wait);
            }
        }
        self.finish(complete);
        let mut answered = Vec::new();
        for (request, asked) in &mut self.questions {
            if asked.remove(&member) && asked.is_empty() {
                answered.push(*request);
            }
        }
        for request in answered {
            self.questions.remove(&request);
            self.effects.push(Effect::Answered(request, None));
        }
    }

    fn finish(&mut self, waits: Vec<WaitId>) {
        for wait in waits {
            self.waits.remove(&wait);
            // The entry must be visible before the caller goes on.
            self.absorb();
            self.effects.push(Effect::Acknowledged(wait));
        }
    }

    /// Sends own writes that were not sent yet.
    fn publish(&mut self, now: Now, ack: bool) {
        self.publish_due = None;
        self.published_at = now.mono;
        let to = self.audience();
        let updates = self.replica.own_after(self.published, self.settings.batch);
        self.published = self.replica.seen().get(self.me.id);
        match updates {
            Some(updates) if updates.ranges.is_empty() => (),
            Some(updates) => self.send_all(&to, &Message::Updates { updates, ack }),
            // Too much for one message: the others pull it, at their pace.
            None => to.into_iter().for_each(|peer| self.tell_seen(peer, false)),
        }
    }

    fn audience(&mut self) -> Vec<Peer> {
        let mut all: Vec<_> = self.members().copied().collect();
        while all.len() > FULL_MESH {
            let at = self.random.random_range(..all.len());
            all.swap_remove(at);
        }
        all
    }

    fn send(&mut self, to: SocketAddr, message: &Message) {
        let (channel, bytes) = (message.channel(), Bytes::from(message.encode()));
        self.send_bytes(to, channel, bytes);
    }

    fn send_all(&mut self, to: &[Peer], message: &Message) {
        if to.is_empty() {
            return;
        }
        let (channel, bytes) = (message.channel(), Bytes::from(message.encode()));
        to.iter().for_each(|peer| self.send_bytes(peer.addr, channel, bytes.clone()));
    }

    fn send_bytes(&mut self, to: SocketAddr, channel: Channel, bytes: Bytes) {
        // What the message acknowledges or follows from must be done before it goes out.
        self.absorb();
        self.effects.push(Effect::Send { to, channel, bytes });
    }

    fn follow(&mut self, outputs: Vec<Output>, now: Now) {
        for output in outputs {
            match output {
                Output::Send(to, packet) => self.send(to, &Message::Swim(packet)),
                Output::Up(peer) => {
                    self.duties.arrived(peer.id);
                    self.effects.push(Effect::Up(peer));
                    self.tell_seen(peer, false);
                }
                Output::Down(peer) => {
                    if self.members().any(|p| p.addr == peer.addr) {
                        // Another member listens where it did.
                        self.duties.departing(peer.id, Departure::Gone);
                    }
                    let departure = self.duties.departed(peer.id, now.mono);
                    self.sync.departed(peer.id);
                    self.wait_no_more_for(peer.id);
                    self.effects.push(Effect::Down(peer, departure));
                }
            }
        }
    }

    pub(crate) fn absorb(&mut self) {
        for change in self.replica.take_changes() {
            self.duties.changed(&change);
            self.shared_changed(&change);
            self.effects.push(Effect::Change(change));
        }
        self.shared_effects();
    }

    fn active(&self) -> &Active {
        self.membership.active()
    }

    /// What a member is known to have seen.
    pub fn seen_by(&self, member: MemberId) -> Option<&VersionVector> {
        self.sync.seen_by(member)
    }
}
