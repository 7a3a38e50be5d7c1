// SPDX-License-Identifier: GPL-2.0-or-later
//! How the replica lies in the durable store.
//!
//! An entry's key is the map's number and the key, its value the entry in postcard; meta keys are `seen/<origin>` and
//! `expired/<origin>` with a little-endian `u64`, and `writer` with the id of the member that stores. The store writes changes in groups, each whole or not at all, so what is
//! on disk is the replica as it was at one moment.

use std::sync::Arc;

use gs_cluster_core::{
    entry::{Entry, MapId},
    id::MemberId,
    replica::{Change, Stored},
};

use crate::store::{Batch, Loaded};

const SEEN: &str = "seen/";
const EXPIRED: &str = "expired/";
const WRITER: &[u8] = b"writer";

/// What says that from now on this member stores.
pub(super) fn writer(me: MemberId) -> Batch {
    Batch { meta: vec![(WRITER.to_vec(), me.to_string().into_bytes())], ..Batch::default() }
}

/// What a change writes.
pub(super) fn batch(change: &Change) -> Batch {
    let mut batch = Batch::default();
    match change {
        Change::Entry(entry) => {
            // Fails only for types that postcard cannot write.
            let value = postcard::to_stdvec(&**entry).unwrap_or_default();
            batch.put.push((key(entry.map, &entry.key), Arc::from(value)));
        }
        Change::Dropped(map, dropped) => batch.delete.push(key(*map, dropped)),
        Change::Seen(origin, seq) => batch.meta.push(meta(SEEN, *origin, *seq)),
        Change::Expired(origin, seq) => batch.meta.push(meta(EXPIRED, *origin, *seq)),
    }
    batch
}

/// What was stored. What cannot be read is left out: the other members have it, or it is as if it had never been written.
pub(super) fn stored(loaded: Loaded) -> Stored {
    let versions = |prefix: &'static str| {
        loaded.meta.iter().filter_map(move |(key, value)| {
            let origin = std::str::from_utf8(key).ok()?.strip_prefix(prefix)?.parse::<MemberId>().ok()?;
            Some((origin, u64::from_le_bytes(value.as_slice().try_into().ok()?)))
        })
    };
    let entries: Vec<Entry> = loaded.entries.iter().filter_map(|(_, value)| postcard::from_bytes(value).ok()).collect();
    // With an entry lost, "seen" would claim too much: then the others are asked for everything.
    let whole = entries.len() == loaded.entries.len();
    let seen = if whole { versions(SEEN).collect() } else { Default::default() };
    let writer = loaded.meta.get(WRITER).and_then(|id| std::str::from_utf8(id).ok()?.parse().ok());
    Stored { entries, seen, expired: versions(EXPIRED).collect(), writer }
}

fn key(map: MapId, key: &str) -> Vec<u8> {
    [&[map.0], key.as_bytes()].concat()
}

fn meta(prefix: &str, origin: MemberId, seq: u64) -> (Vec<u8>, Vec<u8>) {
    (format!("{prefix}{origin}").into_bytes(), seq.to_le_bytes().to_vec())
}
