// SPDX-License-Identifier: GPL-2.0-or-later
//! Anti-entropy: how a member gets what it missed.
//!
//! 1. A member tells another what it has seen ([`Message::Sync`]): at once when it comes up, when a gap shows, and one at
//!    random in every period. The other sends what is missing, batch by batch, and asks back if it lacks something itself.
//! 2. When both have seen the same and their digests differ nevertheless, they compare the buckets that differ key by key.
//!    That never happens while the code is right; it is the check that the first step deserves.
//! 3. A member that is [behind](Replica::is_behind) the other's expired tombstones copies the other's replica into a new
//!    one, and takes that over when it is complete. Until then nobody takes anything from it but its new writes.

use std::{collections::BTreeMap, time::Duration};

use rand::RngExt;

use super::Node;
use crate::{
    digest::BUCKETS,
    entry::MapId,
    id::{MemberId, Peer},
    replica::{Replica, Updates},
    time::Now,
    versions::VersionVector,
    wire::{Held, Message},
};

/// After this a peer that was asked is asked again.
const PATIENCE: Duration = Duration::from_secs(2);
/// At most this many keys are compared in one message. The rest is compared when these are equal.
const MAX_KEYS: usize = 10_000;

/// What is under way with the peers.
#[derive(Debug)]
pub(super) struct Syncs {
    next: Duration,
    /// Peers that were asked for what is missing, and until when that is waited for.
    asked: BTreeMap<MemberId, Duration>,
    /// What each member is known to have seen, kept while it is one.
    seen: BTreeMap<MemberId, VersionVector>,
    rebuild: Option<Rebuild>,
}

/// A copy of another member's replica in the making.
#[derive(Debug)]
struct Rebuild {
    from: MemberId,
    copy: Replica,
    patience: Duration,
}

impl Syncs {
    pub(super) fn new(next: Duration) -> Self {
        Self { next, asked: BTreeMap::new(), seen: BTreeMap::new(), rebuild: None }
    }

    pub(super) fn due(&self) -> Duration {
        self.next
    }

    pub(super) fn departed(&mut self, member: MemberId) {
        self.asked.remove(&member);
        self.seen.remove(&member);
        self.rebuild.take_if(|r| r.from == member);
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
        self.sync.asked.retain(|_, until| *until > now.mono);
        self.sync.rebuild.take_if(|r| r.patience <= now.mono);
        let peers: Vec<_> = self.members().copied().collect();
        if !peers.is_empty() {
            let peer = peers[self.random.random_range(..peers.len())];
            self.tell_seen(peer);
        }
    }

    /// Asks for what is missing, unless that was asked a moment ago.
    pub(super) fn ask_for_missing(&mut self, peer: Peer, now: Now) {
        if self.sync.asked.get(&peer.id).is_none_or(|until| *until <= now.mono) {
            self.sync.asked.insert(peer.id, now.mono + PATIENCE);
            self.tell_seen(peer);
        }
    }

    fn tell_seen(&mut self, peer: Peer) {
        let replica = match &self.sync.rebuild {
            Some(rebuild) if rebuild.from == peer.id => &rebuild.copy,
            _ => &self.replica,
        };
        let message = Message::Sync {
            seen: replica.seen().clone(),
            expired: self.replica.expired().clone(),
            root: replica.digest().root(),
        };
        self.send(peer.addr, &message);
    }

    pub(super) fn on_sync(&mut self, from: Peer, seen: VersionVector, expired: VersionVector, root: u64, now: Now) {
        self.acknowledged(from.id, seen.get(self.me.id));
        let mine = self.replica.seen();
        let i_am_behind = Replica::is_behind(mine, &expired);
        let it_is_behind = Replica::is_behind(&seen, self.replica.expired());
        let it_lacks = !seen.covers(mine);
        let i_lack = !mine.covers(&seen);
        let equal_but_not = !it_lacks && !i_lack && root != self.replica.digest().root();
        self.sync.seen.insert(from.id, seen.clone());

        if i_am_behind && !it_is_behind && self.sync.rebuild.is_none() {
            self.sync.rebuild =
                Some(Rebuild { from: from.id, copy: Replica::new(self.me.id), patience: now.mono + PATIENCE });
            self.tell_seen(from);
            return;
        }
        // Two that are behind one another were both away from the rest, or hold halves of a cluster that was split for too
        // long: then neither knows better, and what both hold is kept.
        let both = i_am_behind && it_is_behind;
        if it_lacks && (!i_am_behind || both) {
            let updates = self.replica.missing_for(&seen, self.settings.batch);
            self.send(from.addr, &Message::Updates(updates));
        }
        if it_is_behind && !both {
            // It learns of that from what this member says, and rebuilds.
            self.ask_for_missing(from, now);
        } else if i_lack && !i_am_behind || both {
            self.ask_for_missing(from, now);
        }
        if both {
            self.replica.expired_too(&expired);
        }
        if equal_but_not && !i_am_behind && !it_is_behind {
            let buckets = self.replica.digest().buckets().to_vec();
            self.send(from.addr, &Message::Buckets(buckets));
        }
    }

    pub(super) fn on_updates(&mut self, from: Peer, updates: Updates, now: Now) {
        let (more, ack) = (updates.more, updates.ack);
        let gapless = match self.sync.rebuild.take() {
            Some(mut rebuild) if rebuild.from == from.id => {
                rebuild.patience = now.mono + PATIENCE;
                let gapless = rebuild.copy.merge(updates, now);
                if gapless && !more {
                    self.replica.rebuild(rebuild.copy, now);
                } else {
                    self.sync.rebuild = Some(rebuild);
                }
                gapless
            }
            other => {
                self.sync.rebuild = other;
                self.replica.merge(updates, now)
            }
        };
        self.absorb();
        if more {
            self.sync.asked.insert(from.id, now.mono + PATIENCE);
            self.tell_seen(from);
        } else if gapless {
            let caught_up = self.sync.asked.remove(&from.id).is_some();
            if ack || caught_up {
                self.send(from.addr, &Message::Ack(self.replica.seen().get(from.id)));
            }
        } else {
            self.ask_for_missing(from, now);
        }
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
        let theirs: BTreeMap<_, _> = held.iter().map(|h| ((h.map, h.key.as_str()), h.version)).collect();
        let mut updates = Updates::default();
        for entry in self.replica.in_buckets(buckets) {
            if theirs.get(&(entry.map, &*entry.key)).is_none_or(|version| *version < entry.version) {
                updates.entries.push(crate::entry::Entry::clone(entry));
            }
        }
        let want: Vec<(MapId, String)> = theirs
            .iter()
            .filter(|((map, key), version)| self.replica.get(*map, key).is_none_or(|e| e.version < **version))
            .map(|((map, key), _)| (*map, (*key).to_owned()))
            .collect();
        self.send_entries(from, updates);
        if !want.is_empty() {
            self.send(from.addr, &Message::Want(want));
        }
    }

    pub(super) fn on_want(&mut self, from: Peer, keys: &[(MapId, String)]) {
        let entries = keys.iter().filter_map(|(map, key)| self.replica.get(*map, key));
        let updates =
            Updates { entries: entries.map(|e| crate::entry::Entry::clone(e)).collect(), ..Updates::default() };
        self.send_entries(from, updates);
    }

    /// Sends entries in messages of the usual size.
    fn send_entries(&mut self, to: Peer, updates: Updates) {
        let mut batch = Updates::default();
        let mut weight = 0;
        for entry in updates.entries {
            weight += entry.weight();
            batch.entries.push(entry);
            if weight >= self.settings.batch {
                self.send(to.addr, &Message::Updates(std::mem::take(&mut batch)));
                weight = 0;
            }
        }
        if !batch.entries.is_empty() {
            self.send(to.addr, &Message::Updates(batch));
        }
    }
}
