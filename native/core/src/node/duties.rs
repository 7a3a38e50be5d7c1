// SPDX-License-Identifier: GPL-2.0-or-later
//! What has to be done regularly, and what is nobody's in particular: the live member with the lowest id does that.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{Departure, Node};
use crate::{
    entry::{Entry, MapId, Version},
    id::MemberId,
    replica::{Change, Replica},
    time::Now,
    wps::{
        Phase,
        record::{Record, Text},
    },
};

/// A command that nobody answered or fetched the answer of is removed after this. By the time that it was held, so that
/// wrong clocks do not matter.
const COMMAND_LIFE: Duration = Duration::from_secs(300);
/// What a member said of itself is kept so long after it is gone: its name stands in messages about its processes.
const DESCRIPTION_LIFE: Duration = Duration::from_secs(3_600);

#[derive(Debug)]
pub(super) struct Duties {
    next: Duration,
    /// Statuses of processes that have not ended, by execution id.
    unfinished: BTreeSet<Arc<str>>,
    /// Members that are gone, or were never seen but own something, and since when.
    absent: BTreeMap<MemberId, (Duration, Departure)>,
    /// Members of which it is known why they will be gone.
    departing: BTreeMap<MemberId, Departure>,
}

impl Duties {
    pub(super) fn new(replica: &Replica, next: Duration) -> Self {
        let mut duties =
            Self { next, unfinished: BTreeSet::new(), absent: BTreeMap::new(), departing: BTreeMap::new() };
        replica.entries(MapId::STATUS).for_each(|entry| duties.status_changed(entry));
        duties
    }

    pub(super) fn due(&self) -> Duration {
        self.next
    }

    pub(super) fn absent(&self) -> usize {
        self.absent.len().max(self.departing.len())
    }

    pub(super) fn unfinished(&self) -> usize {
        self.unfinished.len()
    }

    pub(super) fn departing(&mut self, member: MemberId, departure: Departure) {
        self.departing.insert(member, departure);
    }

    pub(super) fn departed(&mut self, member: MemberId, mono: Duration) -> Departure {
        let departure = self.departing.remove(&member).unwrap_or(Departure::Silent);
        self.absent.insert(member, (mono, departure));
        departure
    }

    pub(super) fn arrived(&mut self, member: MemberId) {
        self.absent.remove(&member);
        self.departing.remove(&member);
    }

    pub(super) fn changed(&mut self, change: &Change) {
        match change {
            Change::Entry(entry) if entry.map == MapId::STATUS => self.status_changed(entry),
            Change::Dropped(MapId::STATUS, key) => {
                self.unfinished.remove(key);
            }
            _ => (),
        }
    }

    fn status_changed(&mut self, entry: &Entry) {
        if entry.value.as_deref().and_then(Record::trusted).is_some_and(|r| !r.phase().is_completed()) {
            self.unfinished.insert(entry.key.clone());
        } else {
            self.unfinished.remove(&entry.key);
        }
    }
}

impl Node {
    pub(super) fn do_duties(&mut self, now: Now) {
        self.duties.next = now.mono + self.settings.sweep_every;
        self.expire_tombstones(now);
        if self.active().keys().next().is_none_or(|lowest| self.me.id < *lowest) {
            self.give_up_orphans(now);
            self.expire_statuses(now);
            self.expire_commands(now);
            self.expire_descriptions(now);
            self.expire_catalogs(now);
        }
        self.summarise(now);
        self.absorb();
    }

    fn expire_tombstones(&mut self, now: Now) {
        let (min_age, max_age) = (self.settings.tombstone_min_age, self.settings.tombstone_max_age);
        let age = |since: Duration| now.mono.saturating_sub(since);
        self.duties.absent.retain(|_, (since, _)| age(*since) < max_age.max(DESCRIPTION_LIFE));
        // A member that went away and will come back has to learn of the deletion then. One that started anew is another
        // member; the old one is waited for in vain, but not for ever.
        let waits_for_absent = self.duties.absent.values().any(|(since, _)| age(*since) < max_age);
        let members: Vec<_> = self.membership.active().keys().map(|id| self.sync.seen_by(*id)).collect();
        // What was written before its writer knew of a deletion must have come before the deletion is forgotten: a write
        // that comes later would be taken for a new one.
        if !members.iter().flatten().all(|seen| self.replica.seen().covers(seen)) {
            return;
        }
        self.replica.expire_tombstones(min_age, max_age, now, |dot| {
            !waits_for_absent && members.iter().all(|seen| seen.is_some_and(|seen| seen.has(dot)))
        });
    }

    /// Processes whose member is gone have failed; those that were to be dismissed are dismissed.
    fn give_up_orphans(&mut self, now: Now) {
        let mut orphans = Vec::new();
        for id in &self.duties.unfinished {
            let Some(value) = self.replica.get(MapId::STATUS, id).and_then(|e| e.value.clone()) else { continue };
            let Some(owner) = Record::trusted(&value).and_then(|r| r.text(Text::Owner)?.parse().ok()) else { continue };
            if owner != self.me.id && !self.active().contains_key(&owner) {
                orphans.push((id.clone(), value, owner));
            }
        }
        for (id, value, owner) in orphans {
            let (since, departure) = *self.duties.absent.entry(owner).or_insert((now.mono, Departure::Silent));
            let grace = match departure {
                Departure::Left => Duration::ZERO,
                Departure::Gone => self.settings.gone_grace,
                Departure::Silent => self.settings.orphan_grace,
            };
            if now.mono.saturating_sub(since) < grace {
                continue;
            }
            let Some(record) = Record::trusted(&value) else { continue };
            if record.phase() == Phase::Dismissing {
                self.remove_status(&id, now);
                continue;
            }
            let who = self.description(owner).map_or_else(|| format!("member {owner}"), |d| d.name);
            let why = match departure {
                Departure::Left => "was stopped",
                Departure::Gone => "is gone: its process has ended",
                Departure::Silent => "is gone: it does not answer any more",
            };
            let reason = format!("The process was given up because the node that ran it, {who}, {why}.");
            let failed = record.presumed_failed(&reason, now.wall_ms);
            // Refused only if the status changed since, which is as good.
            let _ = self.put(MapId::STATUS, &id, Some(failed.into()), Phase::Failed.rank(true), false, now);
        }
    }

    fn expire_statuses(&mut self, now: Now) {
        let Some(life) = self.settings.status_life else { return };
        let oldest = now.wall_ms.saturating_sub(u64::try_from(life.as_millis()).unwrap_or(u64::MAX));
        let expired: Vec<_> = self
            .replica
            .entries(MapId::STATUS)
            .filter(|e| e.version.stamp.wall_ms() <= oldest)
            .filter(|e| e.value.as_deref().and_then(Record::trusted).is_some_and(|r| r.phase().is_completed()))
            .map(|e| e.key.clone())
            .collect();
        expired.iter().for_each(|id| drop(self.remove_status(id, now)));
    }

    fn expire_commands(&mut self, now: Now) {
        let old: Vec<_> = self
            .replica
            .held_for(MapId::COMMAND, COMMAND_LIFE, now)
            .filter(|e| !e.is_tombstone())
            .map(|e| e.key.clone())
            .collect();
        self.remove(MapId::COMMAND, &old, now);
    }

    fn expire_descriptions(&mut self, now: Now) {
        let absent_since = |id: &MemberId| match self.duties.absent.get(id) {
            Some((since, _)) => *since,
            None => now.mono,
        };
        let mut unheard = Vec::new();
        let mut old = Vec::new();
        for entry in self.replica.entries(MapId::MEMBER).filter(|e| !e.is_tombstone()) {
            let Ok(id) = entry.key.parse::<MemberId>() else { continue };
            if id == self.me.id || self.active().contains_key(&id) {
                continue;
            }
            if now.mono.saturating_sub(absent_since(&id)) >= DESCRIPTION_LIFE {
                old.push(entry.key.clone());
            } else if !self.duties.absent.contains_key(&id) {
                unheard.push(id);
            }
        }
        for id in unheard {
            self.duties.absent.insert(id, (now.mono, Departure::Silent));
        }
        self.remove(MapId::MEMBER, &old, now);
        let held = |key: &Arc<str>| self.replica.get(MapId::SUMMARY, key).is_some_and(|entry| !entry.is_tombstone());
        let old: Vec<_> = old.into_iter().filter(held).collect();
        self.remove(MapId::SUMMARY, &old, now);
    }

    fn remove(&mut self, map: MapId, keys: &[Arc<str>], now: Now) {
        for key in keys {
            // Refused only if it is removed already.
            let _ = self.put(map, key, None, Version::FINAL, false, now);
        }
    }
}
