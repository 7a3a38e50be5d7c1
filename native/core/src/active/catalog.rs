// SPDX-License-Identifier: GPL-2.0-or-later
//! Which catalog the cluster shares. Two that were founded apart have different ids, and their objects lie below these, so
//! they cannot flow into each other: one that several nodes share goes before one that its founder has alone, and of two
//! such ones the earlier founded is the cluster's. The nodes of the other one join it as if for the first time. So a node
//! that found nobody for a while, and whose clock is wrong, takes nothing from a cluster that it meets later.

use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Policy, Standing,
    ledger::{Joined, lasting},
    value::Header,
};
use crate::{
    entry::{Entry, MapId},
    id::MemberId,
    node::{Node, Refusal},
    time::Now,
};

/// A node that sees no other one waits for so long before it takes itself for the only one: the time in which every way of
/// discovery has tried all addresses once.
pub const ALONE: Duration = Duration::from_secs(3);
/// A node that sees others waits for at most so long until it has what they have.
pub const SETTLE: Duration = Duration::from_secs(10);
/// So long the others wait until the founder has published what it has: a large catalog, read for the first time.
pub const FOUNDING: Duration = Duration::from_secs(60);

/// The objects of a catalog that is the cluster's no more are kept so long.
const DEAD_LIFE: Duration = Duration::from_secs(3_600);

/// Names a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CatalogId(pub u64);

impl fmt::Display for CatalogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The entry of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    /// When it was founded, milliseconds since the epoch.
    founded_ms: u64,
    founder: MemberId,
    /// Whether its founder has published what it has.
    ready: bool,
    /// Whether another node has joined it.
    shared: bool,
}

impl Node {
    /// The catalog of the cluster.
    pub(super) fn catalog(&self) -> Option<(CatalogId, Marker)> {
        let markers = self.replica.entries(MapId::CATALOG).filter_map(|entry| {
            let id = CatalogId(u64::from_str_radix(&entry.key, 16).ok()?);
            Some((id, postcard::from_bytes::<Marker>(entry.value.as_deref()?).ok()?))
        });
        markers.min_by_key(|(id, marker)| (!marker.shared, marker.founded_ms, *id))
    }

    /// The catalog that this node has joined.
    pub fn joined_catalog(&self) -> Option<CatalogId> {
        self.active.joined().map(|joined| joined.catalog)
    }

    /// How this node stands to the cluster's objects. `hold`: the driver does not let it look at the cluster yet.
    pub(super) fn find_standing(
        &mut self,
        policy: Policy,
        pristine: bool,
        hold: bool,
        now: Now,
    ) -> Result<Standing, Refusal> {
        if self.active.takes_part() && self.joined_catalog() == self.catalog().map(|(id, _)| id) {
            return Ok(self.active.standing);
        }
        if hold || !self.is_settled(now) {
            return Ok(Standing::Waiting);
        }
        let Some((catalog, marker)) = self.catalog() else {
            if !self.founds() {
                return Ok(Standing::Waiting);
            }
            // Unlike any other by the millisecond and the random number of the member.
            #[expect(clippy::cast_possible_truncation, reason = "any 64 of the random bits name it")]
            let catalog = CatalogId(self.me().id.0 as u64);
            let marker = Marker { founded_ms: now.wall_ms, founder: self.me().id, ready: false, shared: false };
            self.mark(catalog, marker, now)?;
            self.join_catalog(catalog, Policy::Merge, pristine);
            return Ok(Standing::Member);
        };
        if let Some(joined) = self.active.joined().filter(|joined| joined.catalog == catalog) {
            let first = joined.policy == Policy::Adopt && joined.compared.is_empty();
            return Ok(if first { Standing::Adopting } else { Standing::Member });
        }
        if !marker.ready && self.members().any(|peer| peer.id == marker.founder) {
            let since = *self.active.founding.get_or_insert(now.mono);
            if now.mono.saturating_sub(since) < FOUNDING {
                return Ok(Standing::Waiting);
            }
        }
        let below = format!("{catalog}/");
        let (policy, standing) = if !self.replica.below(MapId::SHARED, &below).any(|e| !e.is_tombstone()) {
            if self.active.setup.read_only {
                // It would become empty like the cluster, though nobody wants that.
                return Ok(Standing::Waiting);
            }
            (Policy::Merge, Standing::Member)
        } else if pristine || policy == Policy::Adopt {
            (Policy::Adopt, Standing::Adopting)
        } else if policy == Policy::Merge || self.is_of_this_directory(&below) {
            (Policy::Merge, Standing::Member)
        } else {
            return Ok(Standing::Refused);
        };
        // One that was in it before, with another data directory, is no further node.
        let is_back = self.active.ledger.joined_with_any().is_some_and(|joined| joined.catalog == catalog);
        if !marker.shared && !is_back {
            self.mark(catalog, Marker { shared: true, ..marker }, now)?;
        }
        self.join_catalog(catalog, policy, pristine);
        Ok(standing)
    }

    /// Whether a node with this data directory wrote any of what the catalog has: then what is here is not another catalog,
    /// but a second node has joined that directory, or this one has lost its state.
    fn is_of_this_directory(&self, below: &str) -> bool {
        let here = self.active.directory.as_str();
        let by = |entry: &Arc<Entry>| Some(Header::parse(entry.value.as_deref()?)?.0.directory);
        !here.is_empty() && self.replica.below(MapId::SHARED, below).any(|entry| by(entry).is_some_and(|by| by == here))
    }

    /// Whether this node has heard of all that the others know, as far as it can tell.
    fn is_settled(&self, now: Now) -> bool {
        let waited = now.mono.saturating_sub(self.active.begun);
        let mut members = self.members().peekable();
        if members.peek().is_none() {
            return waited >= ALONE;
        }
        let has = |id| self.seen_by(id).is_some_and(|seen| self.replica.seen().covers(seen));
        waited >= SETTLE || members.all(|peer| has(peer.id))
    }

    /// Of the members that want to take part the one with the lowest id founds. One that publishes nothing has nothing to
    /// found a catalog with.
    fn founds(&self) -> bool {
        if self.active.setup.read_only {
            return false;
        }
        let takes_part = |id: &MemberId| self.summary_of(*id).is_some_and(|summary| !summary.read_only);
        let members: BTreeSet<_> = self.members().map(|peer| peer.id).collect();
        !members.iter().any(|id| takes_part(id) && *id < self.me().id)
    }

    fn join_catalog(&mut self, catalog: CatalogId, policy: Policy, pristine: bool) {
        self.active.founding = None;
        let directory = lasting(&self.active.directory).to_owned();
        self.active.ledger.join(Joined { catalog, policy, pristine, compared: Vec::new(), directory });
    }

    /// The founder, or one in its place, has published what it has.
    pub(super) fn is_ready(&mut self, now: Now) -> Result<(), Refusal> {
        let Some((catalog, marker)) = self.catalog() else { return Ok(()) };
        let joined = self.active.joined().is_some_and(|joined| joined.catalog == catalog);
        let in_place = marker.founder == self.me().id || self.members().all(|peer| peer.id != marker.founder);
        if joined && in_place && !marker.ready {
            self.mark(catalog, Marker { ready: true, ..marker }, now)?;
        }
        Ok(())
    }

    /// Removes what lies below catalogs that are the cluster's no more, when everybody has had time to notice.
    pub(crate) fn expire_catalogs(&mut self, now: Now) {
        if self.replica.entries(MapId::CATALOG).count() < 2 {
            return;
        }
        let Some((catalog, _)) = self.catalog() else { return };
        let catalog = catalog.to_string();
        let dead = self.replica.held_for(MapId::SHARED, DEAD_LIFE, now).filter(|entry| !entry.is_tombstone());
        let dead: Vec<_> = dead.filter(|entry| !entry.key.starts_with(&catalog)).map(|e| e.key.clone()).collect();
        for key in dead {
            // Cannot be refused: the map has no ranks.
            let _ = self.put(MapId::SHARED, &key, None, 0, false, now);
        }
    }

    fn mark(&mut self, catalog: CatalogId, marker: Marker, now: Now) -> Result<(), Refusal> {
        // Fails only for types that postcard cannot write.
        let value = postcard::to_stdvec(&marker).unwrap_or_default();
        self.put(MapId::CATALOG, &catalog.to_string(), Some(value.into()), 0, false, now).map(drop)
    }
}
