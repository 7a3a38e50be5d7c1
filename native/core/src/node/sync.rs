// SPDX-License-Identifier: GPL-2.0-or-later
//! Anti-entropy: how a member gets what it missed.
//!
//! 1. A member tells another what it has seen ([`Message::Sync`]): at once when it comes up, and one at random in every
//!    period. The other pulls what it lacks, and if the first lacks something says in turn what it has seen.
//! 2. A pull is asked for part by part, goes into a replica of its own, and is taken over when it is complete: until then
//!    the member does not say that it has seen any of it. There is one pull at a time.
//! 3. A member that is [behind](Replica::is_behind) the other's expired tombstones pulls the whole replica. It takes the
//!    copy over only if the digests agree: if not, the other one was itself changed as a whole meanwhile.
//! 4. When both have seen the same and their digests differ nevertheless, they compare the buckets that differ key by key.
//!    That hardly ever happens while the code is right; it is the check that the other steps deserve.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rand::RngExt;

use super::Node;
use crate::{
    digest::BUCKETS,
    entry::{Entry, MapId},
    id::{Dot, MemberId, Peer},
    replica::{Replica, Updates},
    time::Now,
    versions::VersionVector,
    wire::{Held, Message, Part},
};

/// A pull that has not gone on for so long is given up; the next comparison begins another one.
const PATIENCE: Duration = Duration::from_secs(2);
/// At most this many keys are compared in one message. The rest is compared when these are equal.
const MAX_KEYS: usize = 10_000;

/// What is under way with the peers.
#[derive(Debug)]
pub(super) struct Syncs {
    next: Duration,
    pull: Option<Pull>,
    /// A member that did not answer a pull, and until when the others are asked first: the way to it may be cut while its
    /// updates still come.
    silent: Option<(MemberId, Duration)>,
    /// Members that wait for the acknowledgement of a write that came over a gap.
    owed: BTreeSet<MemberId>,
    /// What each member is known to have seen, kept while it is one.
    seen: BTreeMap<MemberId, VersionVector>,
}

#[derive(Debug)]
struct Pull {
    from: MemberId,
    /// The request whose answer comes next.
    request: u64,
    /// What has come so far, and what was seen with it.
    copy: Replica,
    /// Whether it becomes a copy of all that the other holds.
    whole: bool,
    patience: Duration,
}

impl Syncs {
    pub(super) fn new(next: Duration) -> Self {
        Self { next, pull: None, silent: None, owed: BTreeSet::new(), seen: BTreeMap::new() }
    }

    pub(super) fn due(&self) -> Duration {
        self.next
    }

    pub(super) fn departed(&mut self, member: MemberId) {
        self.seen.remove(&member);
        self.owed.remove(&member);
        self.pull.take_if(|p| p.from == member);
    }

    pub(super) fn vectors(&self) -> usize {
        self.seen.len()
    }

    pub(super) fn seen_by(&self, member: MemberId) -> Option<&VersionVector> {
        self.seen.get(&member)
    }
}

impl Node {
    pub(super) fn sync_with_somebody(&mut self, now: Now) {
        self.sync.next = now.mono + self.settings.sync_every;
        if let Some(given_up) = self.sync.pull.take_if(|p| p.patience <= now.mono) {
            self.sync.silent = Some((given_up.from, now.mono + PATIENCE));
        }
        let peers: Vec<_> = self.members().copied().collect();
        if !peers.is_empty() {
            let peer = peers[self.random.random_range(..peers.len())];
            self.tell_seen(peer, false);
        }
    }

    pub(super) fn tell_seen(&mut self, peer: Peer, answer: bool) {
        let message = Message::Sync {
            seen: self.replica.seen().clone(),
            expired: self.replica.expired().clone(),
            root: self.replica.digest().root(),
            answer,
        };
        self.send(peer.addr, &message);
    }

    pub(super) fn on_sync(
        &mut self,
        from: Peer,
        seen: VersionVector,
        expired: &VersionVector,
        root: u64,
        answer: bool,
        now: Now,
    ) {
        self.acknowledged(from.id, seen.get(self.me.id));
        let mine = self.replica.seen();
        let i_am_behind = Replica::is_behind(mine, expired);
        let i_lack = i_am_behind || !mine.covers(&seen);
        let it_lacks = !seen.covers(mine) || Replica::is_behind(&seen, self.replica.expired());
        if i_lack {
            self.pull(from, i_am_behind, now);
        } else {
            // Whatever expired there was seen here: now both know that what does not know of it is behind.
            self.replica.expired_too(expired);
        }
        if it_lacks && !answer {
            self.tell_seen(from, true);
        }
        if !i_lack && !it_lacks && root != self.replica.digest().root() {
            let buckets = self.replica.digest().buckets().to_vec();
            self.send(from.addr, &Message::Buckets(buckets));
        }
        if self.active().contains_key(&from.id) {
            self.sync.seen.insert(from.id, seen);
        }
    }

    /// New writes of `from`'s own.
    pub(super) fn on_updates(&mut self, from: Peer, updates: Updates, ack: bool, now: Now) {
        let gapless = self.replica.merge(updates, now);
        if !gapless {
            if ack {
                self.sync.owed.insert(from.id);
            }
            self.pull(from, false, now);
        } else if ack {
            self.acknowledge(from);
        }
    }

    fn acknowledge(&mut self, writer: Peer) {
        let dot = Dot { origin: writer.id, seq: self.replica.seen().get(writer.id) };
        self.send(writer.addr, &Message::Ack(dot));
    }

    /// Asks for what is missing, or for all, unless something is asked for already.
    pub(super) fn pull(&mut self, from: Peer, whole: bool, now: Now) {
        let silent = self.sync.silent.is_some_and(|(who, until)| who == from.id && now.mono < until);
        if self.sync.pull.is_some() || silent {
            return;
        }
        let seen = if whole { VersionVector::default() } else { self.replica.seen().clone() };
        self.pull_on(from, Replica::beyond(self.me.id, seen), whole, now);
    }

    fn pull_on(&mut self, from: Peer, copy: Replica, whole: bool, now: Now) {
        let request = self.next_request();
        self.send(from.addr, &Message::Pull { request, beyond: copy.seen().clone() });
        self.sync.pull = Some(Pull { from: from.id, request, copy, whole, patience: now.mono + PATIENCE });
    }

    pub(super) fn on_pull(&mut self, from: Peer, request: u64, beyond: &VersionVector) {
        let (updates, more) = self.replica.missing_for(beyond, self.settings.batch);
        let (expired, root) = (self.replica.expired().clone(), self.replica.digest().root());
        self.send(from.addr, &Message::Pulled(Part { request, updates, more, expired, root }));
    }

    pub(super) fn on_pulled(&mut self, from: Peer, part: Part, now: Now) {
        let Part { request, updates, more, expired, root } = part;
        let Some(Pull { mut copy, whole, .. }) = self.sync.pull.take_if(|p| p.from == from.id && p.request == request)
        else {
            return;
        };
        if !whole && Replica::is_behind(copy.seen(), &expired) {
            // It expired since this pull began.
            return self.pull(from, true, now);
        }
        copy.merge(updates, now);
        if more {
            return self.pull_on(from, copy, whole, now);
        }
        if whole && copy.digest().root() != root {
            return;
        }
        self.replica.take_over(copy, whole, now);
        self.replica.expired_too(&expired);
        let mut owed = std::mem::take(&mut self.sync.owed);
        owed.insert(from.id);
        let writers: Vec<_> = owed.iter().filter_map(|id| self.active().get(id)).copied().collect();
        writers.into_iter().for_each(|writer| self.acknowledge(writer));
    }

    pub(super) fn on_buckets(&mut self, from: Peer, theirs: &[u64]) {
        let mine = self.replica.digest().buckets();
        let mut buckets: Vec<u8> =
            (0..BUCKETS).filter(|b| theirs.get(*b) != Some(&mine[*b])).filter_map(|b| u8::try_from(b).ok()).collect();
        let mut held: Vec<Held> = self.replica.in_buckets(&buckets).map(Held::from).collect();
        while held.len() > MAX_KEYS && buckets.len() > 1 {
            buckets.truncate(buckets.len() / 2);
            held = self.replica.in_buckets(&buckets).map(Held::from).collect();
        }
        if !buckets.is_empty() {
            self.send(from.addr, &Message::Keys { buckets, held });
        }
    }

    pub(super) fn on_keys(&mut self, from: Peer, buckets: &[u8], held: &[Held]) {
        let theirs: BTreeMap<_, _> = held.iter().map(|h| ((h.map, h.key.as_str()), h)).collect();
        let mut entries = Vec::new();
        for entry in self.replica.in_buckets(buckets) {
            // A tombstone is of use only where there is something to remove.
            let lacks = match theirs.get(&(entry.map, &*entry.key)) {
                Some(held) => held.version < entry.version,
                None => !entry.is_tombstone(),
            };
            if lacks {
                entries.push(Entry::clone(entry));
            }
        }
        let lacks = |held: &Held| match self.replica.get(held.map, &held.key) {
            Some(entry) => entry.version < held.version,
            None => !held.tombstone,
        };
        let want: Vec<_> = held.iter().filter(|h| lacks(h)).map(|h| (h.map, h.key.clone())).collect();
        self.send_entries(from, entries);
        if !want.is_empty() {
            self.send(from.addr, &Message::Want(want));
        }
    }

    pub(super) fn on_want(&mut self, from: Peer, keys: &[(MapId, String)]) {
        let entries = keys.iter().filter_map(|(map, key)| self.replica.get(*map, key));
        let entries = entries.map(|e| Entry::clone(e)).collect();
        self.send_entries(from, entries);
    }

    /// Sends entries in messages of the usual size.
    fn send_entries(&mut self, to: Peer, entries: Vec<Entry>) {
        let mut batch = Vec::new();
        let mut weight = 0;
        let mut entries = entries.into_iter().peekable();
        while let Some(entry) = entries.next() {
            weight += entry.weight();
            batch.push(entry);
            if weight >= self.settings.batch || entries.peek().is_none() {
                weight = 0;
                let seen = self.replica.seen().clone();
                self.send(to.addr, &Message::Repair { seen, entries: std::mem::take(&mut batch) });
            }
        }
    }

    pub(super) fn on_repair(&mut self, seen: &VersionVector, entries: Vec<Entry>, now: Now) {
        // Only while both have seen the same is what the other holds, and was seen here, missing and not deleted.
        if seen == self.replica.seen() {
            entries.into_iter().for_each(|entry| self.replica.repair(entry, now));
        }
    }
}
