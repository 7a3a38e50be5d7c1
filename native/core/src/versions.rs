// SPDX-License-Identifier: GPL-2.0-or-later
//! Which writes a replica has seen (Parker et al., "Detection of mutual inconsistency", 1983).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{Dot, MemberId};

/// For each origin, the sequence number up to which every write of it was seen, or was seen to be replaced by a later one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionVector(BTreeMap<MemberId, u64>);

impl VersionVector {
    /// How far `origin` was followed; zero if it is unknown.
    pub fn get(&self, origin: MemberId) -> u64 {
        self.0.get(&origin).copied().unwrap_or(0)
    }

    /// Whether the write is one that was seen.
    pub fn has(&self, dot: Dot) -> bool {
        dot.seq <= self.get(dot.origin)
    }

    /// Raises `origin` to `seq`; says whether that changed anything.
    pub fn raise(&mut self, origin: MemberId, seq: u64) -> bool {
        let known = self.0.entry(origin).or_insert(0);
        let higher = seq > *known;
        *known = seq.max(*known);
        higher
    }

    /// Whether everything that `other` has seen was seen here.
    pub fn covers(&self, other: &VersionVector) -> bool {
        other.iter().all(|(origin, seq)| self.get(origin) >= seq)
    }

    /// Forgets an origin.
    pub fn remove(&mut self, origin: MemberId) {
        self.0.remove(&origin);
    }

    /// Origins and how far each was followed, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (MemberId, u64)> {
        self.0.iter().map(|(origin, seq)| (*origin, *seq))
    }

    /// Number of origins.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was ever seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(MemberId, u64)> for VersionVector {
    fn from_iter<I: IntoIterator<Item = (MemberId, u64)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
