// SPDX-License-Identifier: GPL-2.0-or-later
//! The messages that members exchange, and their form in bytes: [postcard](https://postcard.jamesmunns.com/wire-format).
//!
//! Variants are only ever added at the end. Which versions two members speak they agree on when they connect, before any of
//! these is sent; bytes that are not a message are an error of the peer and change nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    entry::{Entry, MapId, Version},
    id::Dot,
    replica::Updates,
    versions::VersionVector,
};

/// Version of the messages of this module. Raised when an old member could not understand a new one.
pub const PROTOCOL: u16 = 1;

/// Which of the connections to a peer a message takes, so that a long one never delays a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// Small and urgent: membership, version vectors, questions.
    Control,
    /// Entries, and what may come as often or grow as large as they.
    Delta,
}

/// A message of one member to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Message {
    /// A packet of the membership protocol.
    Swim(#[serde(with = "bytes")] Vec<u8>),
    /// The sender stops on purpose.
    Leaving,
    /// What the sender has. A receiver that lacks something of it pulls; one that has more says so.
    Sync {
        /// What the sender has seen.
        seen: VersionVector,
        /// The highest tombstone of each origin that has expired at the sender.
        expired: VersionVector,
        /// The root of its digest.
        root: u64,
        /// Whether this is the answer to one, and so is not answered.
        answer: bool,
    },
    /// New writes of the sender's.
    Updates {
        /// The writes.
        updates: Updates,
        /// Whether the sender waits for an acknowledgement.
        ack: bool,
    },
    /// The sender has seen this write of the receiver's, and all before it.
    Ack(Dot),
    /// Asks for what is beyond a vector.
    Pull {
        /// Comes back with the answer.
        request: u64,
        /// The vector.
        beyond: VersionVector,
    },
    /// The answer to [`Message::Pull`].
    Pulled(Part),
    /// The sender's digest by bucket: sent when both have seen the same and yet the roots differ.
    Buckets(Vec<u64>),
    /// What the sender holds in some buckets.
    Keys {
        /// The buckets.
        buckets: Vec<u8>,
        /// Everything it holds in them.
        held: Vec<Held>,
    },
    /// Asks for entries by key.
    Want(Vec<(MapId, String)>),
    /// Entries that the receiver does not hold although it has seen them.
    Repair {
        /// What the sender has seen.
        seen: VersionVector,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// Asks for one entry that the sender's user waits for.
    Ask {
        /// Comes back with the answer.
        request: u64,
        /// Which map.
        map: MapId,
        /// Which key.
        key: String,
    },
    /// The answer to [`Message::Ask`].
    Answer {
        /// Of the question.
        request: u64,
        /// What is held, if anything.
        entry: Option<Entry>,
    },
}

/// What a pull brings, or the first part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Of the request.
    pub request: u64,
    /// What the sender holds beyond the vector that was asked for.
    pub updates: Updates,
    /// Whether it is a part: the rest has to be asked for.
    pub more: bool,
    /// The highest tombstone of each origin that has expired at the sender, and so is not among the entries.
    pub expired: VersionVector,
    /// The root of the sender's digest.
    pub root: u64,
}

/// An entry without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which map.
    pub map: MapId,
    /// Which key.
    pub key: String,
    /// Which version.
    pub version: Version,
    /// Whether it is a tombstone.
    pub tombstone: bool,
}

/// Bytes that are not a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadMessage(postcard::Error);

impl std::fmt::Display for BadMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a message of protocol version {PROTOCOL}: {}", self.0)
    }
}

impl std::error::Error for BadMessage {}

impl Message {
    /// The message as bytes.
    pub fn encode(&self) -> Vec<u8> {
        // Fails only for types that postcard cannot write, which the tests would show.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// The message that the bytes are.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadMessage> {
        postcard::from_bytes(bytes).map_err(BadMessage)
    }

    /// Which connection it takes.
    pub fn channel(&self) -> Channel {
        match self {
            Message::Swim(_) | Message::Leaving | Message::Sync { .. } | Message::Pull { .. } | Message::Ask { .. } => {
                Channel::Control
            }
            _ => Channel::Delta,
        }
    }
}

impl From<&Arc<Entry>> for Held {
    fn from(entry: &Arc<Entry>) -> Self {
        Held { map: entry.map, key: entry.key.to_string(), version: entry.version, tombstone: entry.is_tombstone() }
    }
}

mod bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        <&[u8]>::deserialize(deserializer).map(<[u8]>::to_vec)
    }
}
