// SPDX-License-Identifier: GPL-2.0-or-later
//! Commands: what cannot be an entry of its own, because it is to be done and not to be.
//!
//! A command is an entry of [`MapId::COMMAND`](crate::entry::MapId::COMMAND) with a short life: the sender writes it under a
//! key of its own, the target writes the reply under the same key with a higher rank, the sender removes it. So a command
//! reaches a target that was away for a moment, and is carried out once: a target answers only what is not answered yet.

use serde::{Deserialize, Serialize};

use crate::id::MemberId;

/// The rank of a command that waits for its reply.
pub const ASKED: u8 = 0;
/// The rank of a reply.
pub const ANSWERED: u8 = 1;

/// What is asked of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Who is to do it.
    pub to: MemberId,
    /// Who asks.
    pub from: MemberId,
    /// What: the two sides' own matter.
    pub payload: Vec<u8>,
}

impl Command {
    /// The value of the entry.
    pub fn encode(&self) -> Vec<u8> {
        // Fails only for types that postcard cannot write.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// The command in an entry; `None` if it is none.
    pub fn decode(value: &[u8]) -> Option<Self> {
        postcard::from_bytes(value).ok()
    }
}
