// SPDX-License-Identifier: GPL-2.0-or-later
//! How the replica lies in the durable store.
//!
//! An entry's key is the map's number and the key, its value the entry in postcard; meta keys are `seen/<origin>` and
//! `expired/<origin>` with a little-endian `u64`, and `writer` with the id of the member that stores. The store writes
//! changes in groups, each whole or not at all, so what is on disk is the replica as it was at one moment. The ledger lies
//! beside the entries, below a number that no map has.

use std::sync::Arc;

use gs_cluster_core::{
    active::{LedgerChange, StoredLedger, ledger::Joined},
    entry::{Entry, MapId},
    id::MemberId,
    replica::{Change, Stored},
};

use crate::store::{Batch, Loaded};

const SEEN: &str = "seen/";
const EXPIRED: &str = "expired/";
const WRITER: &[u8] = b"writer";
/// Stands for a map's number before the keys of the ledger.
const LEDGER: u8 = u8::MAX;
/// The same, before what it is about.
const JOINED: u8 = u8::MAX - 1;

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

/// What a change of the ledger writes.
pub(super) fn ledger(change: &LedgerChange) -> Batch {
    let mut batch = Batch::default();
    // Fails only for types that postcard cannot write.
    match change {
        LedgerChange::Agreed(of, Some(agreed)) => {
            batch.put.push((key(MapId(LEDGER), of), postcard::to_stdvec(agreed).unwrap_or_default().into()));
        }
        LedgerChange::Agreed(of, None) => batch.delete.push(key(MapId(LEDGER), of)),
        LedgerChange::Joined(joined) => {
            batch.put.push((vec![JOINED], postcard::to_stdvec(joined).unwrap_or_default().into()));
        }
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
    let mut ledger = StoredLedger::default();
    let (mut entries, mut whole) = (Vec::<Entry>::new(), true);
    for (key, value) in &loaded.entries {
        match key.split_first() {
            Some((&JOINED, _)) => ledger.joined = joined(value),
            Some((&LEDGER, of)) => {
                if let (Ok(of), Ok(agreed)) = (std::str::from_utf8(of), postcard::from_bytes(value)) {
                    ledger.records.insert(of.into(), agreed);
                }
            }
            _ => match postcard::from_bytes(value) {
                Ok(entry) => entries.push(entry),
                // With an entry lost, "seen" would claim too much: then the others are asked for everything.
                Err(_) => whole = false,
            },
        }
    }
    if !whole {
        // What was agreed on and is not in the replica counts as removed: that must not be said of what cannot be read.
        ledger.records.clear();
    }
    let seen = if whole { versions(SEEN).collect() } else { Default::default() };
    let writer = loaded.meta.get(WRITER).and_then(|id| std::str::from_utf8(id).ok()?.parse().ok());
    Stored { entries, seen, expired: versions(EXPIRED).collect(), writer, ledger }
}

/// Earlier builds stored nothing of the data directory, which comes last; that it is not known is written as a zero.
fn joined(value: &[u8]) -> Option<Joined> {
    postcard::from_bytes(value).or_else(|_| postcard::from_bytes(&[value, &[0]].concat())).ok()
}

fn key(map: MapId, key: &str) -> Vec<u8> {
    [&[map.0], key.as_bytes()].concat()
}

fn meta(prefix: &str, origin: MemberId, seq: u64) -> (Vec<u8>, Vec<u8>) {
    (format!("{prefix}{origin}").into_bytes(), seq.to_le_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gs_cluster_core::active::{Agreed, CatalogId, Policy};

    fn loaded(batches: &[Batch]) -> Loaded {
        let entries = batches.iter().flat_map(|batch| batch.put.iter().map(|(k, v)| (k.clone(), v.to_vec())));
        Loaded { entries: entries.collect(), ..Loaded::default() }
    }

    #[test]
    fn with_an_entry_that_cannot_be_read_nothing_counts_as_removed() {
        let agreed = ledger(&LedgerChange::Agreed("catalog/x".into(), Some(Agreed::default())));
        assert_eq!(stored(loaded(std::slice::from_ref(&agreed))).ledger.records.len(), 1);
        let damaged = Batch { put: vec![(key(MapId::SHARED, "c/catalog/x"), [1, 2][..].into())], ..Batch::default() };
        let stored = stored(loaded(&[agreed, damaged]));
        assert!(stored.ledger.records.is_empty() && stored.entries.is_empty());
    }

    #[test]
    fn what_a_node_has_joined_is_read_in_the_form_of_earlier_builds_too() {
        let noted = Joined {
            catalog: CatalogId(7),
            policy: Policy::Adopt,
            pristine: true,
            compared: vec!["catalog/".into(), "file/".into()],
            directory: "d".into(),
        };
        let read = |value: &[u8]| {
            let entries = vec![(vec![JOINED], value.to_vec())];
            stored(Loaded { entries, ..Loaded::default() }).ledger.joined
        };
        let written = ledger(&LedgerChange::Joined(noted.clone())).put.remove(0).1;
        assert_eq!(read(&written), Some(noted.clone()));
        // The same fields, without the last one.
        let earlier = (noted.catalog, noted.policy, noted.pristine, noted.compared.clone());
        let earlier = postcard::to_stdvec(&earlier).unwrap();
        assert_eq!(read(&earlier), Some(Joined { directory: String::new(), ..noted }));
        assert_eq!(read(&earlier[..9]), None, "as if it had never joined");
    }
}
