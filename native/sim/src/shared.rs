// SPDX-License-Identifier: GPL-2.0-or-later
//! The application of each host, whose objects are shared: what it has survives a crash, as a data directory does. It is
//! edited while it runs, while it does not, and while it does not take part; it applies what it is given, or fails to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gs_cluster_core::active::{
    Local, Outcome, Policy, Standing, StoredLedger,
    value::{ContentHash, Header},
};
use rand::{RngExt, rngs::StdRng};

use crate::{
    invariants::Event,
    plan::MS,
    planted::Planted,
    world::{Item, World},
};

/// Objects there are at most.
const KEYS: usize = 5;

/// A content and when it was made here, by this host's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Names the content: no two edits make the same.
    pub content: u64,
    modified: u64,
}

/// See the [module](self).
#[derive(Debug)]
pub struct App {
    /// What it has.
    pub local: BTreeMap<Arc<str>, Object>,
    /// Whether its node publishes nothing.
    pub read_only: bool,
    /// In which of two forms it writes a content: another release of the host application.
    form: u8,
    /// Whether it takes part, as it knows.
    pub takes_part: bool,
    /// What was edited here, and may be published for that reason.
    edited: BTreeSet<Arc<str>>,
    /// What it has applied and will say so.
    untold: Vec<(Arc<str>, u64, Option<ContentHash>)>,
    /// What may be published besides: the ledger does not know any more, or not yet, how it came about.
    excused: BTreeSet<Arc<str>>,
}

impl App {
    /// One that has nothing.
    pub fn new(at: usize, random: &mut StdRng) -> Self {
        Self {
            local: BTreeMap::new(),
            // Somebody has to write.
            read_only: at > 0 && random.random_ratio(1, 10),
            form: u8::from(random.random_ratio(1, 5)),
            takes_part: false,
            edited: BTreeSet::new(),
            untold: Vec::new(),
            excused: BTreeSet::new(),
        }
    }

    /// The host has started again, with this ledger.
    pub fn restarted(&mut self, ledger: &StoredLedger) {
        self.takes_part = false;
        self.untold.clear();
        let keys: Vec<_> = self.local.keys().cloned().collect();
        for key in keys {
            if ledger.records.get(&key).and_then(|agreed| agreed.local) != self.hash(&key) {
                self.excused.insert(key);
            }
        }
    }

    fn hash(&self, key: &str) -> Option<ContentHash> {
        self.local.get(key).map(|object| hash(object.content, self.form))
    }
}

fn hash(content: u64, form: u8) -> ContentHash {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&content.to_le_bytes());
    hash[8] = form;
    ContentHash(hash)
}

/// The content that a hash stands for.
pub fn content_of(hash: ContentHash) -> u64 {
    hash.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

impl World {
    /// A host's application does what there is to do, and comes back later.
    pub fn share(&mut self, at: usize) {
        let gap = self.sharing.random_range(10 * MS..=2 * self.plan.share_gap);
        self.at(self.now + gap, Item::Share(at));
        let quiet = self.healed.is_some();
        if self.hosts[at].reacts() {
            for (key, token, local) in std::mem::take(&mut self.apps[at].untold) {
                self.call(at, |node, _| node.shared_applied(&key, token, local));
            }
        }
        if !quiet && self.sharing.random_ratio(1, 4) {
            self.edit(at);
        }
        if !self.hosts[at].reacts() {
            return;
        }
        self.take_part(at);
        if self.apps[at].takes_part {
            let edited: Vec<_> = self.apps[at].edited.iter().cloned().collect();
            edited.iter().for_each(|key| self.publish_edit(at, key));
            self.apply(at);
            if !quiet && self.apps[at].untold.is_empty() && self.sharing.random_ratio(1, 40) {
                self.compare_all(at);
            }
        }
    }

    /// Something is pending: the application looks soon.
    pub fn shared_changed(&mut self, at: usize) {
        if self.plan.planted == Some(Planted::CopiesForgotten) {
            let Some(node) = &self.hosts[at].node else { return };
            let copies: Vec<_> = node.conflicts().into_iter().map(|(_, entry)| entry.key.clone()).collect();
            for copy in copies {
                self.call(at, |node, now| node.drop_conflict(&copy, now));
            }
        }
    }

    fn edit(&mut self, at: usize) {
        let key: Arc<str> = format!("x/{}", self.sharing.random_range(0..KEYS)).into();
        let modified = self.hosts[at].clocks(self.now).wall_ms;
        let content = self.sharing.random();
        let remove = self.sharing.random_ratio(1, 4);
        let app = &mut self.apps[at];
        if remove {
            app.local.remove(&key);
        } else {
            app.local.insert(key.clone(), Object { content, modified });
        }
        self.trace.line(self.now, || format!("n{at} edits {key}: {}", if remove { 0 } else { content }));
        if self.hosts[at].is_up() || !remove {
            self.apps[at].edited.insert(key);
        }
    }

    fn take_part(&mut self, at: usize) {
        let app = &self.apps[at];
        let pristine = app.local.is_empty();
        let before = self.hosts[at].node.as_ref().and_then(gs_cluster_core::node::Node::joined_catalog);
        let joined = self.call(at, |node, now| node.shared_join(Policy::Adopt, pristine, "", false, now));
        let takes_part = matches!(joined, Some(Ok(Standing::Member | Standing::Adopting)));
        let began = takes_part && !self.apps[at].takes_part;
        self.apps[at].takes_part = takes_part;
        if began {
            let after = self.hosts[at].node.as_ref().and_then(gs_cluster_core::node::Node::joined_catalog);
            if before != after {
                let keys: Vec<_> = self.apps[at].local.keys().cloned().collect();
                self.apps[at].excused.extend(keys);
            }
            self.trace.line(self.now, || format!("n{at} takes part: {joined:?}"));
            self.compare_all(at);
        }
    }

    fn compare_all(&mut self, at: usize) {
        let objects: Vec<_> = self.apps[at].local.clone().into_iter().collect();
        for (key, object) in objects {
            let hash = hash(object.content, self.apps[at].form);
            let body = || object.content.to_le_bytes().to_vec();
            let local = Local { hash, modified: object.modified, file: None, body: &body };
            let outcome = self.call(at, |node, now| node.shared_compare(&key, &local, now));
            self.told(at, &key, outcome.and_then(Result::ok));
        }
        if self.plan.planted == Some(Planted::MissingRemoved) {
            let known = self.hosts[at].node.iter().flat_map(|node| node.shared_keys("")).collect::<Vec<_>>();
            for key in known.iter().filter(|key| !self.apps[at].local.contains_key(*key)).cloned().collect::<Vec<_>>() {
                let outcome = self.call(at, |node, now| node.shared_put(&key, None, now));
                self.told(at, &key, outcome.and_then(Result::ok));
            }
        }
        self.call(at, |node, now| node.shared_compared(&["x/".to_owned()], now));
        self.apps[at].excused.clear();
    }

    fn publish_edit(&mut self, at: usize, key: &Arc<str>) {
        let object = self.apps[at].local.get(key).copied();
        let form = self.apps[at].form;
        let body = || object.map(|object| object.content.to_le_bytes().to_vec()).unwrap_or_default();
        let local = object.map(|object| Local {
            hash: hash(object.content, form),
            modified: object.modified,
            file: None,
            body: &body,
        });
        let outcome = self.call(at, |node, now| node.shared_put(key, local.as_ref(), now));
        self.told(at, key, outcome.and_then(Result::ok));
        self.apps[at].edited.remove(key);
    }

    fn told(&mut self, at: usize, key: &Arc<str>, outcome: Option<Outcome>) {
        self.trace.line(self.now, || format!("n{at} told of {key}: {outcome:?}"));
        let app = &mut self.apps[at];
        let edited = app.edited.remove(key) | app.excused.contains(key);
        if outcome == Some(Outcome::Published) && (!edited || app.read_only) {
            self.tell(&Event::Echo(at, key));
        }
    }

    fn apply(&mut self, at: usize) {
        let quiet = self.healed.is_some();
        let pending = self.call(at, |node, _| node.shared_pending(3)).unwrap_or_default();
        for version in pending {
            if !quiet && self.sharing.random_ratio(1, 8) {
                self.call(at, |node, _| node.shared_failed(&version.key, version.token, "not now"));
                continue;
            }
            let value = version.entry.as_ref().and_then(|entry| entry.value.as_deref());
            let content = value.and_then(Header::parse).and_then(|(_, body)| body.try_into().ok());
            let content = content.map(u64::from_le_bytes);
            let modified = self.hosts[at].clocks(self.now).wall_ms;
            self.trace.line(self.now, || format!("n{at} applies {}: {content:?}", version.key));
            let unseen = self.plan.planted == Some(Planted::AppliedUnseen) && self.sharing.random_ratio(1, 20);
            let app = &mut self.apps[at];
            let told = content.map(|content| hash(content, app.form));
            match content {
                _ if unseen => (),
                Some(content) => drop(app.local.insert(version.key.clone(), Object { content, modified })),
                None => drop(app.local.remove(&version.key)),
            }
            if !quiet && self.sharing.random_ratio(1, 4) {
                // It takes time, in which others go on.
                self.apps[at].untold.push((version.key, version.token, told));
                continue;
            }
            self.call(at, |node, _| node.shared_applied(&version.key, version.token, told));
            if self.plan.planted == Some(Planted::EditsApplied) {
                let body = Vec::new;
                let local = content.map(|content| Local { hash: hash(content, 9), modified, file: None, body: &body });
                let outcome = self.call(at, |node, now| node.shared_put(&version.key, local.as_ref(), now));
                self.told(at, &version.key, outcome.and_then(Result::ok));
            }
        }
    }
}
