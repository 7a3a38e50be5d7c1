// SPDX-License-Identifier: GPL-2.0-or-later
//! Messages as the simulator sees them: described for the trace, and altered where a bug is planted.

use bytes::Bytes;
use gs_cluster_core::{
    entry::Entry,
    replica::{Change, Updates},
    versions::VersionVector,
    wire::{Message, Part},
};
use rand::{RngExt, rngs::StdRng};

use crate::{
    host::PLAIN,
    plan::{Micros, Plan, SECOND},
    planted::Planted,
    trace::Short,
};

/// The message that is sent in place of this one, because of the planted bug.
pub fn message(plan: &Plan, now: Micros, random: &mut StdRng, bytes: Bytes) -> Option<Bytes> {
    let Some(planted) = plan.planted else { return Some(bytes) };
    let Ok(mut message) = Message::decode(&bytes) else { return Some(bytes) };
    match (planted, &mut message) {
        (Planted::EntryLost, Message::Updates { updates, .. } | Message::Pulled(Part { updates, .. }))
            if random.random_ratio(1, 10) =>
        {
            updates.entries.pop();
        }
        (Planted::GapHidden, Message::Updates { updates, .. }) => {
            updates.ranges.iter_mut().for_each(|range| range.after = 0);
        }
        (Planted::RankLost, Message::Updates { updates, .. } | Message::Pulled(Part { updates, .. })) => {
            updates.entries.iter_mut().for_each(|entry| entry.version.rank = 0);
        }
        (Planted::AckTooHigh, Message::Ack(dot)) => dot.seq += 1,
        (Planted::ExpiryUnsaid, Message::Sync { expired, .. } | Message::Pulled(Part { expired, .. })) => {
            *expired = VersionVector::default();
        }
        (Planted::DeafToSwim, Message::Swim(_)) if now > 20 * SECOND => return None,
        (Planted::ValueAltered, Message::Updates { updates, .. } | Message::Pulled(Part { updates, .. }))
            if random.random_ratio(1, 20) =>
        {
            for value in updates.entries.iter_mut().filter(|e| e.map == PLAIN).filter_map(|e| e.value.as_mut()) {
                *value = [&value[..], b"?"].concat().into();
            }
        }
        _ => return Some(bytes),
    }
    Some(message.encode().into())
}

/// A message in words; nothing for those of the membership protocol, which are too many.
pub fn describe(bytes: &[u8]) -> Option<String> {
    Some(match Message::decode(bytes).ok()? {
        Message::Swim(_) => return None,
        Message::Leaving => "leaving".to_owned(),
        Message::Sync { seen, expired, root, answer } => {
            let what = if answer { "sync in answer" } else { "sync" };
            format!("{what}, seen {} expired {} root {:04x}", vector(&seen), vector(&expired), root >> 48)
        }
        Message::Updates { updates, .. } => format!("updates {}", describe_updates(&updates)),
        Message::Pull { request, beyond } => format!("pull {:04x} beyond {}", request & 0xffff, vector(&beyond)),
        Message::Pulled(Part { request, updates, more, expired, root }) => {
            format!(
                "pulled {:04x} {}{} expired {} root {:04x}",
                request & 0xffff,
                describe_updates(&updates),
                if more { " and more" } else { "" },
                vector(&expired),
                root >> 48
            )
        }
        Message::Repair { entries, .. } => {
            format!("repair [{}]", entries.iter().map(describe_entry).collect::<Vec<_>>().join(", "))
        }
        Message::Ack(dot) => format!("ack {}:{}", Short(dot.origin), dot.seq),
        Message::Buckets(_) => "buckets".to_owned(),
        Message::Keys { held, .. } => format!("keys {}", held.len()),
        Message::Want(keys) => format!("want {}", keys.len()),
        Message::Ask { request, key, .. } => format!("ask {request} {key}"),
        Message::Answer { request, entry } => {
            format!("answer {request} {}", entry.as_ref().map_or("-".to_owned(), describe_entry))
        }
    })
}

fn describe_updates(updates: &Updates) -> String {
    let ranges: Vec<_> = updates.ranges.iter().map(|r| format!("{}:{}-{}", Short(r.origin), r.after, r.upto)).collect();
    let entries: Vec<_> = updates.entries.iter().map(describe_entry).collect();
    format!("[{}] of {}", entries.join(", "), ranges.join(" "))
}

/// An entry in words.
pub fn describe_entry(entry: &Entry) -> String {
    let what = if entry.is_tombstone() { "removed" } else { "set" };
    format!(
        "{}/{} {what} r{} {}:{} @{}",
        entry.map.0,
        entry.key.chars().take(8).collect::<String>(),
        entry.version.rank,
        Short(entry.dot.origin),
        entry.dot.seq,
        entry.version.stamp.0 & 0xfff_ffff,
    )
}

/// A change in words; nothing for what only says how far things are.
pub fn describe_change(change: &Change) -> Option<String> {
    match change {
        Change::Entry(entry) => Some(describe_entry(entry)),
        Change::Dropped(map, key) => Some(format!("{}/{key} dropped", map.0)),
        Change::Expired(origin, seq) => Some(format!("expired {}:{seq}", Short(*origin))),
        Change::Seen(..) => None,
    }
}

fn vector(vector: &VersionVector) -> String {
    let parts: Vec<_> = vector.iter().map(|(origin, seq)| format!("{}:{seq}", Short(origin))).collect();
    format!("{{{}}}", parts.join(" "))
}
