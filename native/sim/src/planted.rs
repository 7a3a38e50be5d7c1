// SPDX-License-Identifier: GPL-2.0-or-later
//! Bugs that are put in on purpose, to prove that the invariants find them. They sit in the virtual driver: between two
//! cores, between core and disk, between core and readers, so that the core itself stays free of them.

use std::{collections::BTreeSet, str::FromStr};

/// A bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planted {
    /// Every tenth message with entries loses one of them, and still claims to be whole.
    EntryLost,
    /// A lost message goes unnoticed: the next one claims what it had.
    GapHidden,
    /// The rank of entries is lost on the way: a late RUNNING wins over SUCCEEDED.
    RankLost,
    /// A write is acknowledged that the member has not seen.
    AckTooHigh,
    /// A message does not say which tombstones have expired.
    ExpiryUnsaid,
    /// Tombstones are forgotten at once.
    TombstonesForgotten,
    /// Tombstones do not reach the disk.
    TombstonesNotStored,
    /// What was seen reaches the disk before the entries do.
    SeenBeforeEntries,
    /// A feed is resumed one change too late.
    FeedSkips,
    /// Nobody gives up a wait.
    WaitsForever,
    /// After twenty seconds all packets of the membership protocol are lost.
    DeafToSwim,
    /// A value is altered on the way in every twentieth message: two members hold different ones as the same write.
    ValueAltered,
    /// A host says that it has applied what it has not.
    AppliedUnseen,
    /// Versions that lost are forgotten at once.
    CopiesForgotten,
    /// A host takes what it applied for an edit.
    EditsApplied,
    /// What is missing after a start is told as removed.
    MissingRemoved,
}

impl Planted {
    /// All of them.
    pub const ALL: [Planted; 16] = [
        Planted::EntryLost,
        Planted::GapHidden,
        Planted::RankLost,
        Planted::AckTooHigh,
        Planted::ExpiryUnsaid,
        Planted::TombstonesForgotten,
        Planted::TombstonesNotStored,
        Planted::SeenBeforeEntries,
        Planted::FeedSkips,
        Planted::WaitsForever,
        Planted::DeafToSwim,
        Planted::ValueAltered,
        Planted::AppliedUnseen,
        Planted::CopiesForgotten,
        Planted::EditsApplied,
        Planted::MissingRemoved,
    ];
}

impl FromStr for Planted {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names: BTreeSet<_> = Self::ALL.iter().map(|p| format!("{p:?}")).collect();
        Self::ALL.into_iter().find(|p| format!("{p:?}") == name).ok_or_else(|| {
            format!("no such bug: {name}; there are {}", names.into_iter().collect::<Vec<_>>().join(" "))
        })
    }
}
