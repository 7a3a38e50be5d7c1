// SPDX-License-Identifier: GPL-2.0-or-later
//! Active clustering: the objects that all nodes share, as far as that is a matter of versions.
//!
//! Of each key three states are compared, each by the hash of its content: what is **here**, what was last **agreed on**
//! ([`ledger`]), and what the **cluster** says (the winning entry of the replica). What a difference means is a table
//! ([`decide`]). A key is *pending* as long as what the cluster says is not what was agreed on; that follows from the state
//! alone, so nothing is queued that could be lost, whenever the node stops.
//!
//! The host tells what is here and applies what it is given. "Not here" is never told as "removed": only an edit removes.
//! Contents are sealed, and nothing here opens them.

pub mod catalog;
pub mod conflicts;
mod decide;
mod host;
pub mod ledger;
pub mod value;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub use catalog::CatalogId;
use decide::{Rules, Said};
pub use ledger::{Agreed, LedgerChange, StoredLedger};
use ledger::{Joined, Ledger};
use value::{ContentHash, FileInfo, Header, State};

use crate::{
    entry::{Entry, MapId},
    id::MemberId,
    node::{Effect, Node},
    replica::Change,
    time::Now,
};

/// Longest key of a shared object, bytes: the catalog's id stands before it in the replica.
pub const MAX_KEY: usize = 1_000;
/// Failures told of in a summary and a report: a page of them says enough.
pub const MAX_FAILURES: usize = 100;
/// A member says at most so often how it stands.
const SUMMARY_REST: Duration = Duration::from_secs(1);

/// What a node does whose objects are not the cluster's, when it joins for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Policy {
    /// Stays apart, unless it has nothing of its own.
    Refuse,
    /// Becomes like the cluster.
    Adopt,
    /// Adds what only it has; of what both have the later stays.
    Merge,
}

/// How a node stands to the cluster's objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is not known yet.
    #[default]
    Waiting,
    /// It takes part.
    Member,
    /// It takes part, and becomes like the cluster.
    Adopting,
    /// Its objects are another catalog than the cluster's.
    Refused,
}

/// What became of a local state that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing new.
    Same,
    /// It is what the cluster says now.
    Published,
    /// The cluster says something else.
    Pending,
    /// This node publishes nothing; what the cluster says is pending.
    ReadOnly,
}

/// How this node takes part; given once, at its start.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Whether it does.
    pub on: bool,
    /// Whether it publishes nothing.
    pub read_only: bool,
    /// How people call it.
    pub node: String,
}

/// A content that is here.
#[derive(Clone, Copy)]
pub struct Local<'a> {
    /// Its hash.
    pub hash: ContentHash,
    /// When it was changed, milliseconds since the epoch; zero if nobody knows.
    pub modified: u64,
    /// Of a file.
    pub file: Option<FileInfo>,
    /// Makes the sealed body: only called if it is needed.
    pub body: &'a dyn Fn() -> Vec<u8>,
}

/// A key of which the cluster says something else than was agreed on.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Which.
    pub key: Arc<str>,
    /// Names the version.
    pub token: u64,
    /// The version; `None`: it was removed so long ago that this is forgotten.
    pub entry: Option<Arc<Entry>>,
    /// Whether a comparison did not find it here: then it is not on disk either, whoever wrote it.
    pub is_missing: bool,
}

/// A version that could not be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which version.
    pub token: u64,
    /// Why.
    pub reason: String,
    /// How often.
    pub times: u32,
    /// Those that failed longest ago are tried first.
    order: u64,
}

/// What a member says of its share: its entry in [`MapId::SUMMARY`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How it stands.
    pub standing: Standing,
    /// Whether it publishes nothing.
    pub read_only: bool,
    /// Checksum of all that it has agreed on: members that have applied the same have the same.
    pub checksum: u64,
    /// Keys that it has agreed on.
    pub objects: u64,
    /// Keys that wait to be applied.
    pub pending: u64,
    /// Of these, keys that failed.
    pub failed: u64,
}

/// The state of a node's part in active clustering.
#[derive(Debug)]
pub(crate) struct Active {
    setup: Setup,
    directory: String,
    begun: Duration,
    standing: Standing,
    asked: Option<(Policy, bool)>,
    /// It took part in a catalog that is the cluster's no more, and the host was not told yet.
    parted: bool,
    /// Since when the founder of the catalog is waited for.
    founding: Option<Duration>,
    ledger: Ledger,
    pending: BTreeSet<Arc<str>>,
    failures: BTreeMap<Arc<str>, Failure>,
    failed: u64,
    /// What was given to be applied: the cluster may say something else when that is done.
    given: BTreeMap<Arc<str>, (u64, State)>,
    /// Keys told of since the host began to compare all; `None`: it is not about to.
    round: Option<BTreeSet<Arc<str>>>,
    /// What was agreed on of pending keys that a comparison found missing: if the host tells late that somebody removed one, it
    /// is an edit, and not put back.
    missing: BTreeMap<Arc<str>, Agreed>,
    /// This node is about to write this key and to agree on it: that is no news.
    writing: Option<Arc<str>>,
    /// Something became pending, or the standing has to be asked for again.
    wake: bool,
    summary: Option<(Duration, Summary)>,
}

impl Active {
    pub(crate) fn new(setup: Setup, ledger: StoredLedger, begun: Duration) -> Self {
        Self {
            setup,
            directory: String::new(),
            begun,
            standing: Standing::Waiting,
            asked: None,
            parted: false,
            founding: None,
            ledger: Ledger::new(ledger),
            pending: BTreeSet::new(),
            failures: BTreeMap::new(),
            failed: 0,
            given: BTreeMap::new(),
            round: None,
            missing: BTreeMap::new(),
            writing: None,
            wake: false,
            summary: None,
        }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.setup.on
    }

    fn takes_part(&self) -> bool {
        matches!(self.standing, Standing::Member | Standing::Adopting)
    }

    /// The catalog that this node has joined, with the data directory that it has.
    fn joined(&self) -> Option<&Joined> {
        self.ledger.joined(&self.directory)
    }

    fn rules(&self, key: &str) -> Rules {
        let first = self.joined().filter(|joined| joined.is_first(key));
        Rules { read_only: self.setup.read_only, adopt: first.is_some_and(|joined| joined.policy == Policy::Adopt) }
    }

    fn is_pristine(&self, key: &str) -> bool {
        self.joined().is_some_and(|joined| joined.pristine && joined.is_first(key))
    }
}

impl Node {
    /// Follows the replica.
    pub(crate) fn shared_changed(&mut self, change: &Change) {
        if !self.active.is_on() {
            return;
        }
        let (map, key) = match change {
            Change::Entry(entry) => (entry.map, &entry.key),
            Change::Dropped(map, key) => (*map, key),
            _ => return,
        };
        if map == MapId::CATALOG {
            if self.active.takes_part() && self.catalog().map(|(id, _)| id) != self.joined_catalog() {
                self.active.standing = Standing::Waiting;
                self.active.parted = true;
            }
            self.active.wake = true;
        } else if map == MapId::SHARED
            && let Some(key) = self.own_key(key)
        {
            let key = Arc::from(key);
            if self.active.writing.as_ref() != Some(&key) {
                self.active.wake |= self.look_at(&key);
            }
        }
    }

    /// Effects of what was done since the last call.
    pub(crate) fn shared_effects(&mut self) {
        self.effects.extend(self.active.ledger.take_changes().into_iter().map(Effect::Ledger));
        if std::mem::take(&mut self.active.wake) {
            self.effects.push(Effect::Shared);
        }
    }

    /// The key without the id of the catalog, if it is in the one that this node has joined.
    fn own_key<'a>(&self, key: &'a str) -> Option<&'a str> {
        let (catalog, key) = key.split_once('/')?;
        let joined = self.active.joined()?;
        (catalog == joined.catalog.to_string()).then_some(key)
    }

    fn full(&self, key: &str) -> Option<String> {
        Some(format!("{}/{key}", self.active.joined()?.catalog))
    }

    fn shared_entry(&self, key: &str) -> Option<&Arc<Entry>> {
        self.replica.get(MapId::SHARED, &self.full(key)?)
    }

    fn said(&self, key: &str) -> Said {
        let Some(entry) = self.shared_entry(key) else { return Said::Nothing };
        match entry.value.as_deref() {
            None => Said::Removed(entry.version.stamp.wall_ms()),
            Some(value) => match Header::parse(value) {
                Some((header, _)) => Said::Content(header.hash, header.when),
                None => Said::Content(value::state_of(value), entry.version.stamp.wall_ms()),
            },
        }
    }

    /// Looks whether a key is pending; whether it is, and was not or has another version now.
    fn look_at(&mut self, key: &Arc<str>) -> bool {
        let said = self.said(key);
        let agreed = self.active.ledger.get(key);
        if agreed.unwrap_or_default().cluster != said.state() {
            let known = self.active.given.get(key).is_some_and(|(_, state)| *state == said.state());
            return self.active.pending.insert(key.clone()) || !known;
        }
        self.active.pending.remove(key);
        self.active.failures.remove(key);
        self.active.given.remove(key);
        self.active.missing.remove(key);
        if said == Said::Nothing && agreed == Some(Agreed::default()) {
            self.active.ledger.forget(key);
        }
        false
    }

    /// Looks at all keys: of the catalog, and of the ledger.
    fn look_at_all(&mut self) {
        self.active.pending.clear();
        self.active.failures.clear();
        self.active.given.clear();
        self.active.missing.clear();
        let mut keys: BTreeSet<Arc<str>> = self.active.ledger.keys().cloned().collect();
        keys.extend(self.keys_below(""));
        for key in keys {
            self.active.wake |= self.look_at(&key);
        }
    }

    /// The keys of which the cluster has a content.
    fn keys_below(&self, prefix: &str) -> Vec<Arc<str>> {
        let Some(full) = self.full(prefix) else { return Vec::new() };
        let skip = full.len() - prefix.len();
        let live = self.replica.below(MapId::SHARED, &full).filter(|entry| !entry.is_tombstone());
        live.filter_map(|entry| entry.key.get(skip..).map(Arc::from)).collect()
    }

    /// Says how this node stands, if that has changed.
    pub(crate) fn summarise(&mut self, now: Now) {
        if self.active.asked.is_none() {
            return;
        }
        let summary = self.shared_summary();
        if let Some((at, last)) = &self.active.summary
            && (*last == summary || now.mono < *at + SUMMARY_REST)
        {
            return;
        }
        // Cannot fail: it is small.
        let value = postcard::to_stdvec(&summary).unwrap_or_default();
        let _ = self.put(MapId::SUMMARY, &self.me().id.to_string(), Some(value.into()), 0, false, now);
        self.active.summary = Some((now.mono, summary));
    }

    /// Whether the host has asked to take part: it does when it is up.
    pub fn has_asked_to_share(&self) -> bool {
        self.active.asked.is_some()
    }

    /// How this node stands.
    pub fn shared_summary(&self) -> Summary {
        let active = &self.active;
        let count = |n| u64::try_from(n).unwrap_or(u64::MAX);
        Summary {
            standing: active.standing,
            read_only: active.setup.read_only,
            checksum: active.ledger.checksum(),
            objects: count(active.ledger.len()),
            pending: count(active.pending.len()),
            failed: count(active.failures.len()),
        }
    }

    /// What a member says of how it stands.
    pub fn summary_of(&self, member: MemberId) -> Option<Summary> {
        postcard::from_bytes(self.replica.get(MapId::SUMMARY, &member.to_string())?.value.as_deref()?).ok()
    }

    /// Versions that could not be applied, at most [`MAX_FAILURES`].
    pub fn shared_failures(&self) -> impl Iterator<Item = (&Arc<str>, &Failure)> {
        self.active.failures.iter().take(MAX_FAILURES)
    }
}

/// Names a version among those of its key.
fn token(entry: Option<&Arc<Entry>>) -> u64 {
    let Some(entry) = entry else { return 0 };
    #[expect(clippy::cast_possible_truncation, reason = "any 64 of the random bits tell two writers apart")]
    let writer = entry.version.writer.0 as u64;
    entry.version.stamp.0 ^ writer.rotate_left(17)
}
