// SPDX-License-Identifier: GPL-2.0-or-later
//! One member's copy of all the maps.
//!
//! What a member must send to another is found from three things kept side by side: the winning entry of each key, an index
//! of those entries by [dot](crate::id::Dot), and the [version vector](VersionVector) of what was seen. A write that lost to
//! a later one leaves no trace but in the vector, so the memory is bounded by the number of keys, not of writes.
//!
//! **Invariant.** If `seen` has a dot, then the write it names is the winning entry of its key, or one that beats it is, or
//! it was deleted since. So what is sent to another are the winning entries beyond its vector ([`Replica::missing_for`]),
//! and an entry that was seen and is not held is an old one that comes late: it is passed over. A vector is raised only
//! over gapless ranges, and after a transfer in several parts only at its end.
//!
//! **Tombstones** are dropped when every member has them. `expired` remembers the highest that was dropped of each origin.
//! A member that has not seen it was away meanwhile and may hold what was deleted: it copies another's replica as a whole,
//! and what that one has seen and does not hold is deleted here too ([`Replica::take_over`]: the merge of the sets without
//! tombstones of Bieniusa et al., "An optimized conflict-free replicated set", 2012).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    digest::{self, Digest},
    entry::{Entry, MapId, Version},
    hlc::Clock,
    id::{Dot, MemberId},
    time::Now,
    versions::VersionVector,
};

/// Entries and what they cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updates {
    /// The entries, of one origin in the order of their sequence numbers.
    pub entries: Vec<Entry>,
    /// What the receiver has seen after these entries, if it had seen all before.
    pub ranges: Vec<Range>,
}

/// All writes of an origin after one sequence number up to and with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Whose writes.
    pub origin: MemberId,
    /// The last one before the range.
    pub after: u64,
    /// The last one of the range.
    pub upto: u64,
}

/// What changed in a replica: for the driver to store and to show. In the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This entry is the winning one of its key now.
    Entry(Arc<Entry>),
    /// An expired tombstone, or an entry of a replica that starts afresh, is no longer held.
    Dropped(MapId, Arc<str>),
    /// Of this origin everything was seen up to this sequence number.
    Seen(MemberId, u64),
    /// Of this origin tombstones up to this sequence number have expired.
    Expired(MemberId, u64),
}

/// What a member stored: to begin from after a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The winning entries.
    pub entries: Vec<Entry>,
    /// What was seen.
    pub seen: VersionVector,
    /// What has expired.
    pub expired: VersionVector,
    /// The member that stored it: it is gone for certain.
    pub writer: Option<MemberId>,
    /// What it had agreed on of the shared objects.
    pub ledger: crate::active::StoredLedger,
}

#[derive(Debug)]
struct Slot {
    entry: Arc<Entry>,
    /// Position in the change feed.
    position: u64,
    /// When it came, by the monotonic clock: the age of tombstones.
    since: Duration,
}

/// See the [module](self).
#[derive(Debug)]
pub struct Replica {
    me: MemberId,
    next_seq: u64,
    clock: Clock,
    maps: BTreeMap<MapId, BTreeMap<Arc<str>, Slot>>,
    by_dot: BTreeMap<Dot, (MapId, Arc<str>)>,
    by_position: BTreeMap<(MapId, u64), Arc<str>>,
    position: u64,
    seen: VersionVector,
    /// The highest expired tombstone of each origin. A member that has not seen it may hold what it deleted.
    expired: VersionVector,
    digest: Digest,
    /// The tombstones, by age.
    tombstones: BTreeSet<(Duration, MapId, Arc<str>)>,
    changes: Vec<Change>,
    losers: Vec<Entry>,
}

impl Replica {
    /// An empty replica of the member `me`.
    pub fn new(me: MemberId) -> Self {
        Self {
            me,
            next_seq: 1,
            clock: Clock::default(),
            maps: BTreeMap::new(),
            by_dot: BTreeMap::new(),
            by_position: BTreeMap::new(),
            position: 0,
            seen: VersionVector::default(),
            expired: VersionVector::default(),
            digest: Digest::default(),
            tombstones: BTreeSet::new(),
            changes: Vec::new(),
            losers: Vec::new(),
        }
    }

    /// An empty replica that takes what is beyond `seen`.
    pub fn beyond(me: MemberId, seen: VersionVector) -> Self {
        Self { seen, ..Self::new(me) }
    }

    /// Takes over what an earlier member stored in the same place. It is not reported as a change: it is already stored.
    pub fn restore(&mut self, stored: Stored, now: Now) {
        let reported = self.changes.len();
        for entry in stored.entries {
            self.clock.witness(entry.version.stamp);
            self.apply(entry, now);
        }
        for (origin, seq) in stored.seen.iter() {
            self.raise(origin, seq);
        }
        self.expired_too(&stored.expired);
        self.changes.truncate(reported);
        self.losers.clear();
    }

    /// Writes a value, or with `None` a tombstone, as this member. Returns `None` if the rank is lower than what is there.
    pub fn write(
        &mut self,
        map: MapId,
        key: Arc<str>,
        value: Option<Arc<[u8]>>,
        rank: u8,
        now: Now,
    ) -> Option<Arc<Entry>> {
        if self.get(map, &key).is_some_and(|e| e.version.rank > rank) {
            return None;
        }
        let version = Version { rank, stamp: self.clock.tick(now.wall_ms), writer: self.me };
        let dot = Dot { origin: self.me, seq: self.next_seq };
        self.next_seq += 1;
        let held = self.get(map, &key).filter(|_| map.keeps_past());
        let past = held.map(|held| held.past_of_next()).unwrap_or_default();
        self.apply(Entry { map, key: key.clone(), value, version, dot, past }, now);
        self.raise(self.me, dot.seq);
        self.get(map, &key).cloned()
    }

    /// Takes entries of another member. Returns false, and takes nothing, if a range has a gap before it: then the sender
    /// has to be asked for what is missing. So what is held follows from what was seen, and from nothing else.
    pub fn merge(&mut self, updates: Updates, now: Now) -> bool {
        if updates.ranges.iter().any(|range| self.seen.get(range.origin) < range.after) {
            return false;
        }
        for entry in updates.entries {
            if !self.seen.has(entry.dot) {
                self.repair(entry, now);
            }
        }
        for range in updates.ranges {
            self.raise(range.origin, range.upto);
        }
        true
    }

    /// Takes an entry even if it was seen before: another has seen the same, and holds it.
    pub fn repair(&mut self, entry: Entry, now: Now) {
        self.clock.witness(entry.version.stamp);
        self.apply(entry, now);
    }

    /// What a member that has seen `theirs` lacks, cut off after about `budget` bytes, and whether there is more.
    pub fn missing_for(&self, theirs: &VersionVector, budget: usize) -> (Updates, bool) {
        let mut updates = Updates::default();
        let mut weight = 0;
        for (origin, upto) in self.seen.iter() {
            if !self.add_section(&mut updates, &mut weight, Range { origin, after: theirs.get(origin), upto }, budget) {
                return (updates, true);
            }
        }
        (updates, false)
    }

    /// This member's own writes after the one with this sequence number; `None` if they weigh more than about `budget`
    /// bytes.
    pub fn own_after(&self, after: u64, budget: usize) -> Option<Updates> {
        let mut updates = Updates::default();
        let range = Range { origin: self.me, after, upto: self.seen.get(self.me) };
        self.add_section(&mut updates, &mut 0, range, budget).then_some(updates)
    }

    /// False if the budget did not suffice.
    fn add_section(&self, updates: &mut Updates, weight: &mut usize, range: Range, budget: usize) -> bool {
        let Range { origin, after, upto } = range;
        let mut last = after;
        for (seq, entry) in self.of(origin, after, upto) {
            if *weight >= budget {
                if last > after {
                    updates.ranges.push(Range { origin, after, upto: last });
                }
                return false;
            }
            *weight += entry.weight();
            updates.entries.push(Entry::clone(entry));
            last = seq;
        }
        if upto > after {
            updates.ranges.push(range);
        }
        true
    }

    /// The winning entries of an origin after one sequence number up to another.
    fn of(&self, origin: MemberId, after: u64, upto: u64) -> impl Iterator<Item = (u64, &Arc<Entry>)> {
        let dots =
            Dot { origin, seq: after.saturating_add(1) }..=Dot { origin, seq: upto.max(after.saturating_add(1)) };
        let held = self.by_dot.range(dots).filter(move |_| upto > after);
        held.filter_map(|(dot, (map, key))| Some((dot.seq, self.get(*map, key)?)))
    }

    /// The winning entry of a key, tombstones included.
    pub fn get(&self, map: MapId, key: &str) -> Option<&Arc<Entry>> {
        self.maps.get(&map)?.get(key).map(|slot| &slot.entry)
    }

    /// The winning entries of a map in the order of their keys, tombstones included.
    pub fn entries(&self, map: MapId) -> impl Iterator<Item = &Arc<Entry>> {
        self.maps.get(&map).into_iter().flat_map(|m| m.values().map(|slot| &slot.entry))
    }

    /// All winning entries, tombstones included.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.maps.values().flat_map(|m| m.values().map(|slot| &slot.entry))
    }

    /// Keys of a map that changed after `position`, each once with its last entry, in the order of their last change; at
    /// most `limit`. The last number is the position to resume from.
    pub fn feed(&self, map: MapId, position: u64, limit: usize) -> (Vec<Arc<Entry>>, u64) {
        let mut resume = position;
        let after = (map, position.saturating_add(1))..=(map, u64::MAX);
        let entries = self
            .by_position
            .range(after)
            .take(limit)
            .filter_map(|((_, at), key)| {
                resume = *at;
                self.get(map, key).cloned()
            })
            .collect();
        (entries, resume)
    }

    /// What was seen.
    pub fn seen(&self) -> &VersionVector {
        &self.seen
    }

    /// The digest of the live entries.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Entries that are not tombstones.
    pub fn live(&self) -> usize {
        self.by_dot.len() - self.tombstones.len()
    }

    /// Tombstones held.
    pub fn tombstones(&self) -> usize {
        self.tombstones.len()
    }

    /// Positions in the change feeds.
    pub fn positions(&self) -> usize {
        self.by_position.len()
    }

    /// How far the cluster's clock is ahead of this member's wall clock, in milliseconds.
    pub fn skew_ms(&self, now: Now) -> u64 {
        self.clock.ahead_ms(now.wall_ms)
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Values that lost since the last call to a write whose writer did not know them; of maps that
    /// [keep the past](MapId::keeps_past).
    pub fn take_losers(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.losers)
    }

    /// The winning entries of a map whose keys begin with `prefix`, in the order of their keys, tombstones included.
    pub fn below<'a>(&'a self, map: MapId, prefix: &'a str) -> impl Iterator<Item = &'a Arc<Entry>> {
        let from = (std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded);
        let keys = self.maps.get(&map).into_iter().flat_map(move |m| m.range::<str, _>(from));
        keys.take_while(move |(key, _)| key.starts_with(prefix)).map(|(_, slot)| &slot.entry)
    }

    /// The map, key and version of the winning entries in some buckets, tombstones included: for comparing replicas.
    pub fn in_buckets(&self, buckets: &[u8]) -> impl Iterator<Item = &Arc<Entry>> {
        self.all().filter(|e| u8::try_from(digest::bucket(e)).is_ok_and(|b| buckets.contains(&b)))
    }

    /// The highest tombstone of each origin that has expired somewhere: see [`Replica::is_behind`].
    pub fn expired(&self) -> &VersionVector {
        &self.expired
    }

    /// Takes note of tombstones that have expired at another member.
    pub fn expired_too(&mut self, expired: &VersionVector) {
        for (origin, seq) in expired.iter() {
            if self.expired.raise(origin, seq) {
                self.changes.push(Change::Expired(origin, seq));
            }
        }
    }

    /// Whether a member that has seen `seen` may hold what a tombstone deleted that has `expired` elsewhere: then nothing
    /// may be taken from it before it was rebuilt (Cassandra calls this the zombie problem, chitchat keeps a version of the
    /// last collection against it).
    pub fn is_behind(seen: &VersionVector, expired: &VersionVector) -> bool {
        !seen.covers(expired)
    }

    /// Forgets tombstones that are older than `min_age` and that `everybody_has`, or older than `max_age`.
    pub fn expire_tombstones(
        &mut self,
        min_age: Duration,
        max_age: Duration,
        now: Now,
        everybody_has: impl Fn(Dot) -> bool,
    ) {
        let expired: Vec<_> = self
            .tombstones
            .iter()
            .map(|(since, map, key)| (now.mono.saturating_sub(*since), *map, key))
            .take_while(|(age, ..)| *age >= min_age)
            .filter_map(|(age, map, key)| Some((age, self.get(map, key)?)))
            .filter(|(age, entry)| self.seen.has(entry.dot) && (*age >= max_age || everybody_has(entry.dot)))
            .map(|(_, entry)| entry.clone())
            .collect();
        for entry in expired {
            self.expired_too(&[(entry.dot.origin, entry.dot.seq)].into_iter().collect());
            self.drop_entry(entry.map, &entry.key);
        }
    }

    /// The winning entries of a map that have been held for at least `age`, tombstones included.
    pub fn held_for(&self, map: MapId, age: Duration, now: Now) -> impl Iterator<Item = &Arc<Entry>> {
        let slots = self.maps.get(&map).into_iter().flat_map(BTreeMap::values);
        slots.filter(move |slot| now.mono.saturating_sub(slot.since) >= age).map(|slot| &slot.entry)
    }

    /// Takes over what was transferred from another member: with `whole` all that it holds, otherwise what it held beyond
    /// what was seen here.
    ///
    /// What one of the two has seen and does not hold was replaced or deleted there. So of the entries held here those
    /// go that a whole `copy` has seen and lacks, and of its entries those stay out that were seen here.
    pub fn take_over(&mut self, copy: Replica, whole: bool, now: Now) {
        if whole {
            let replaced: Vec<_> = self.all().filter(|e| copy.seen.has(e.dot)).cloned().collect();
            for entry in replaced {
                match copy.get(entry.map, &entry.key) {
                    None => self.drop_entry(entry.map, &entry.key),
                    // Both have seen both: the higher one.
                    Some(theirs) if self.seen.has(theirs.dot) => self.repair(Entry::clone(theirs), now),
                    // It takes the place even with a lower version: what is held here was deleted before it was written.
                    Some(_) => self.take_out(entry.map, &entry.key),
                }
            }
        }
        for entry in copy.all() {
            if !self.seen.has(entry.dot) {
                self.repair(Entry::clone(entry), now);
            }
        }
        for (origin, seq) in copy.seen.iter() {
            self.raise(origin, seq);
        }
    }

    fn raise(&mut self, origin: MemberId, seq: u64) {
        if self.seen.raise(origin, seq) {
            self.changes.push(Change::Seen(origin, seq));
        }
    }

    fn apply(&mut self, entry: Entry, now: Now) {
        if let Some(held) = self.get(entry.map, &entry.key) {
            let beats = entry.beats(held);
            let (winner, loser) = if beats { (&entry, &**held) } else { (&**held, &entry) };
            let lost = entry.map.keeps_past() && !loser.is_tombstone() && winner.dot != loser.dot;
            if lost && !winner.knows(loser.dot) {
                let loser = loser.clone();
                self.losers.push(loser);
            }
            if !beats {
                return;
            }
        }
        let (map, key) = (entry.map, entry.key.clone());
        self.take_out(map, &key);
        self.position += 1;
        self.digest.toggle(&entry);
        if entry.is_tombstone() {
            self.tombstones.insert((now.mono, map, key.clone()));
        }
        self.by_dot.insert(entry.dot, (map, key.clone()));
        self.by_position.insert((map, self.position), key.clone());
        let entry = Arc::new(entry);
        self.changes.push(Change::Entry(entry.clone()));
        let slot = Slot { entry, position: self.position, since: now.mono };
        self.maps.entry(map).or_default().insert(key, slot);
    }

    fn drop_entry(&mut self, map: MapId, key: &Arc<str>) {
        self.take_out(map, key);
        self.changes.push(Change::Dropped(map, key.clone()));
    }

    fn take_out(&mut self, map: MapId, key: &Arc<str>) {
        if let Some(old) = self.maps.get_mut(&map).and_then(|m| m.remove(key)) {
            self.digest.toggle(&old.entry);
            self.tombstones.remove(&(old.since, map, key.clone()));
            self.by_dot.remove(&old.entry.dot);
            self.by_position.remove(&(map, old.position));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: MemberId = MemberId(1);
    const B: MemberId = MemberId(2);
    const MAP: MapId = MapId(77);

    fn at(ms: u64) -> Now {
        Now { mono: Duration::from_millis(ms), wall_ms: ms }
    }

    fn put(replica: &mut Replica, key: &str, value: &str, ms: u64) -> Entry {
        let value = Some(value.as_bytes().into());
        Entry::clone(&replica.write(MAP, key.into(), value, 0, at(ms)).unwrap())
    }

    fn delta(entry: Entry) -> Updates {
        let Dot { origin, seq } = entry.dot;
        let ranges = vec![Range { origin, after: seq - 1, upto: seq }];
        Updates { entries: vec![entry], ranges }
    }

    #[test]
    fn a_lost_delta_is_a_gap_until_it_is_pulled() {
        let (mut a, mut b) = (Replica::new(A), Replica::new(B));
        let _lost = put(&mut a, "x", "1", 1);
        let second = put(&mut a, "y", "2", 2);
        assert!(!b.merge(delta(second), at(3)));
        assert_eq!(b.seen().get(A), 0);
        assert!(b.merge(a.missing_for(b.seen(), usize::MAX).0, at(4)));
        assert_eq!((b.seen(), b.digest()), (a.seen(), a.digest()));
    }

    #[test]
    fn an_overwritten_entry_is_not_sent() {
        let (mut a, b) = (Replica::new(A), Replica::new(B));
        (0..50).for_each(|i| drop(put(&mut a, "x", &i.to_string(), i)));
        let (all, _) = a.missing_for(b.seen(), usize::MAX);
        assert_eq!(all.entries.len(), 1);
        assert_eq!(all.ranges, [Range { origin: A, after: 0, upto: 50 }]);
    }

    #[test]
    fn a_small_budget_needs_several_rounds_and_ends_equal() {
        let (mut a, mut b) = (Replica::new(A), Replica::new(B));
        (0..100).for_each(|i| drop(put(&mut a, &format!("k{}", i % 37), &i.to_string(), i)));
        let mut rounds = 0;
        loop {
            let (updates, more) = a.missing_for(b.seen(), 300);
            assert!(b.merge(updates, at(200)));
            rounds += 1;
            if !more {
                break;
            }
        }
        assert!(rounds > 5);
        assert_eq!((b.seen(), b.digest()), (a.seen(), a.digest()));
    }

    #[test]
    fn a_lower_rank_is_refused_and_a_higher_one_wins_over_a_later_stamp() {
        let (mut a, mut b) = (Replica::new(A), Replica::new(B));
        let done = a.write(MAP, "k".into(), Some((*b"done").into()), 3, at(1)).unwrap();
        let late = b.write(MAP, "k".into(), Some((*b"late").into()), 1, at(9)).unwrap();
        a.merge(delta(Entry::clone(&late)), at(10));
        b.merge(delta(Entry::clone(&done)), at(10));
        assert_eq!(a.get(MAP, "k").unwrap().value, done.value);
        assert_eq!(b.get(MAP, "k").unwrap().value, done.value);
        assert!(b.write(MAP, "k".into(), None, 2, at(11)).is_none());
    }

    #[test]
    fn the_feed_gives_each_key_once_with_its_last_state() {
        let mut a = Replica::new(A);
        for (key, value) in [("x", "1"), ("y", "1"), ("x", "2")] {
            put(&mut a, key, value, 1);
        }
        let (first, position) = a.feed(MAP, 0, 1);
        assert_eq!(&*first[0].key, "y");
        let (rest, position) = a.feed(MAP, position, 10);
        assert_eq!((rest.len(), &*rest[0].key, rest[0].value.as_deref()), (1, "x", Some(&b"2"[..])));
        assert!(a.feed(MAP, position, 10).0.is_empty());
        a.write(MAP, "y".into(), None, 0, at(2));
        assert!(a.feed(MAP, position, 10).0[0].is_tombstone());
    }

    #[test]
    fn a_tombstone_goes_when_all_have_it_or_when_it_is_too_old() {
        let mut a = Replica::new(A);
        put(&mut a, "x", "1", 0);
        a.write(MAP, "x".into(), None, 0, at(0));
        let (min, max) = (Duration::from_secs(1), Duration::from_secs(100));
        for (ms, everybody, left) in [(500, true, 1), (5_000, false, 1), (5_000, true, 0)] {
            a.expire_tombstones(min, max, at(ms), |_| everybody);
            assert_eq!(a.tombstones(), left);
        }
        assert!(matches!(a.take_changes().last(), Some(Change::Dropped(MAP, key)) if &**key == "x"));
        a.write(MAP, "y".into(), None, 0, at(6_000));
        a.expire_tombstones(min, max, at(200_000), |_| false);
        assert_eq!((a.tombstones(), a.live()), (0, 0));
    }
}
