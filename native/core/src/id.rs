// SPDX-License-Identifier: GPL-2.0-or-later
//! Who a member is, and which of its writes is meant.

use std::{fmt, net::SocketAddr, str::FromStr};

use serde::{Deserialize, Serialize};

/// A member of the cluster, from one start of its process to its end: a node that restarts is a new member.
///
/// A random number that the driver draws. Because it is never reused, the sequence numbers of its writes can begin at one
/// without a file that remembers where they stopped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MemberId(pub u128);

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for MemberId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(MemberId)
    }
}

/// A member and the address that the others reach it at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Peer {
    /// Who.
    pub id: MemberId,
    /// Where: the advertised address.
    pub addr: SocketAddr,
}

/// One write: the n-th of its origin. Called a dot in the literature on version vectors (Preguiça et al., 2010).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dot {
    /// The member that wrote.
    pub origin: MemberId,
    /// Counts from one, over all maps.
    pub seq: u64,
}
