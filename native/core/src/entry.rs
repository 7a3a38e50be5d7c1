// SPDX-License-Identifier: GPL-2.0-or-later
//! An entry of a replicated map, and which of two entries of one key wins.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    hlc::Stamp,
    id::{Dot, MemberId},
};

/// Which map an entry is in. Numbers are on the wire and on disk: they are never given a new meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MapId(pub u8);

impl MapId {
    /// WPS statuses: execution id → [status record](crate::wps::record).
    pub const STATUS: MapId = MapId(0);
    /// Commands and their replies: request id → [`crate::command::Command`] or reply.
    pub const COMMAND: MapId = MapId(1);
    /// What each member says of itself: member id → [`crate::node::Description`].
    pub const MEMBER: MapId = MapId(2);
    /// Shared objects: catalog and key → [value](crate::active::value).
    pub const SHARED: MapId = MapId(3);
    /// Versions of shared objects that lost: see [`crate::active::conflicts`].
    pub const CONFLICT: MapId = MapId(4);
    /// Catalogs that were founded: see [`crate::active::catalog`].
    pub const CATALOG: MapId = MapId(5);
    /// How each member stands to the shared objects: member id → [`crate::active::Summary`].
    pub const SUMMARY: MapId = MapId(6);

    /// Whether its entries tell what they replaced, so that of two concurrent writes the one that lost can be kept.
    pub fn keeps_past(self) -> bool {
        self == MapId::SHARED
    }
}

/// Longest [past](Entry::past): of more writers of one key the longest ago is forgotten. A write of that one is then taken
/// for a concurrent one, and kept in vain.
const MAX_PAST: usize = 8;

/// The order of two versions of one key: by rank, then by stamp, then by writer. The higher one wins everywhere.
///
/// The rank refines "last writer wins" where a map has an order of its own: a WPS status ranks by its phase, so that a late
/// RUNNING cannot undo SUCCEEDED. Maps without such an order use rank zero throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The map's own order.
    pub rank: u8,
    /// When it was written.
    pub stamp: Stamp,
    /// Who wrote it: breaks ties, so that all members choose alike.
    pub writer: MemberId,
}

impl Version {
    /// The rank of a removal that nothing may follow.
    pub const FINAL: u8 = u8::MAX;
}

/// An entry: what a key maps to, or a tombstone that says it was removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// In which map.
    pub map: MapId,
    /// Under which key.
    #[serde(with = "shared_str")]
    pub key: Arc<str>,
    /// The value; `None` is a tombstone.
    #[serde(with = "shared_bytes")]
    pub value: Option<Arc<[u8]>>,
    /// Decides between two entries of one key.
    pub version: Version,
    /// Decides whether a replica has seen it.
    pub dot: Dot,
    /// The last write of this key by each origin that its writer knew, the latest last (a version vector of the key, as in
    /// Dynamo, DeCandia et al., 2007). Empty in maps that do not [keep it](MapId::keeps_past).
    pub past: Vec<Dot>,
}

impl Entry {
    /// Whether this entry says that its key was removed.
    pub fn is_tombstone(&self) -> bool {
        self.value.is_none()
    }

    /// Whether this entry replaces `other`. Equal versions are the same write; then the higher dot is kept, so that all agree.
    pub fn beats(&self, other: &Entry) -> bool {
        (self.version, self.dot) > (other.version, other.dot)
    }

    /// Whether its writer knew this write of the same key.
    pub fn knows(&self, dot: Dot) -> bool {
        self.past.iter().any(|known| known.origin == dot.origin && known.seq >= dot.seq)
    }

    /// The past of a write that replaces this one.
    pub fn past_of_next(&self) -> Vec<Dot> {
        let mut past: Vec<_> = self.past.iter().filter(|dot| dot.origin != self.dot.origin).copied().collect();
        past.push(self.dot);
        past.drain(..past.len().saturating_sub(MAX_PAST));
        past
    }

    /// Bytes it takes on the wire, about: for cutting batches to size.
    pub fn weight(&self) -> usize {
        64 + 24 * self.past.len() + self.key.len() + self.value.as_ref().map_or(0, |v| v.len())
    }
}

/// `Arc<str>` as a string: serde's own support for `Arc` is a feature that would also allow shared references we do not want.
mod shared_str {
    use super::*;
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        Ok(String::deserialize(deserializer)?.into())
    }
}

/// `Option<Arc<[u8]>>` as optional bytes, copied in one piece and not as a sequence of numbers.
mod shared_bytes {
    use super::*;
    use serde::{Deserializer, Serializer, de::Visitor};

    struct Bytes<'a>(&'a [u8]);

    impl Serialize for Bytes<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(self.0)
        }
    }

    struct Owned(Arc<[u8]>);

    impl<'de> Deserialize<'de> for Owned {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Read;
            impl Visitor<'_> for Read {
                type Value = Owned;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("bytes")
                }
                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Owned, E> {
                    Ok(Owned(bytes.into()))
                }
            }
            deserializer.deserialize_bytes(Read)
        }
    }

    pub(super) fn serialize<S: Serializer>(value: &Option<Arc<[u8]>>, serializer: S) -> Result<S::Ok, S::Error> {
        value.as_deref().map(Bytes).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arc<[u8]>>, D::Error> {
        Ok(Option::<Owned>::deserialize(deserializer)?.map(|o| o.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(rank: u8, stamp: u64, writer: u128, value: Option<&[u8]>) -> Entry {
        let version = Version { rank, stamp: Stamp(stamp), writer: MemberId(writer) };
        let dot = Dot { origin: MemberId(writer), seq: 1 };
        Entry { map: MapId::STATUS, key: "k".into(), value: value.map(Into::into), version, dot, past: Vec::new() }
    }

    #[test]
    fn rank_comes_before_stamp_and_stamp_before_writer() {
        assert!(entry(1, 1, 1, None).beats(&entry(0, 9, 9, None)));
        assert!(entry(1, 2, 1, None).beats(&entry(1, 1, 9, None)));
        assert!(entry(1, 2, 2, None).beats(&entry(1, 2, 1, None)));
        assert!(!entry(1, 2, 2, None).beats(&entry(1, 2, 2, None)));
    }

    #[test]
    fn survives_the_wire() {
        for value in [None, Some(&b""[..]), Some(&[0, 255, 7])] {
            let before = entry(3, 4, u128::MAX, value);
            let bytes = postcard::to_stdvec(&before).unwrap();
            assert_eq!(postcard::from_bytes::<Entry>(&bytes).unwrap(), before);
        }
    }
}
