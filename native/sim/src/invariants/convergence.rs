// SPDX-License-Identifier: GPL-2.0-or-later
//! After the heal all members see all the others, hold the same, and processes whose member is gone have ended: within a
//! stated time.

use gs_cluster_core::{
    entry::{Entry, MapId},
    id::MemberId,
    node::Node,
    wps::record::{Record, Text},
};

use crate::{host::Host, trace::Short, world::World};

/// What is not yet well, if anything.
pub fn not_well(world: &World) -> Option<String> {
    let hosts: Vec<(&Host, &Node)> = world.hosts.iter().filter_map(|h| Some((h, h.node.as_ref()?))).collect();
    let mut members: Vec<_> = hosts.iter().map(|(h, _)| h.peer.id).collect();
    members.sort();
    for (host, node) in &hosts {
        let mut sees: Vec<_> = node.members().map(|p| p.id).chain([host.peer.id]).collect();
        sees.sort();
        if sees != members {
            let short = |ids: &[MemberId]| ids.iter().map(|i| Short(*i).to_string()).collect::<Vec<_>>().join(" ");
            return Some(format!("n{} sees {}, there are {}", host.index, short(&sees), short(&members)));
        }
    }
    let (first, reference) = hosts.first()?;
    for (host, node) in &hosts[1..] {
        if let Some(what) = differs(reference, node) {
            return Some(format!("n{} and n{} differ: {what}", first.index, host.index));
        }
    }
    let orphan = reference.replica().entries(MapId::STATUS).find(|e| is_orphan(e, &members))?;
    Some(format!("{} is given up by nobody, its member is gone", orphan.key))
}

fn differs(a: &Node, b: &Node) -> Option<String> {
    let (a, b) = (a.replica(), b.replica());
    let of = |e: &Entry| (e.map, e.key.clone(), e.version, e.dot, e.value.clone());
    let left: Vec<_> = a.all().filter(|e| !e.is_tombstone()).map(|e| of(e)).collect();
    let right: Vec<_> = b.all().filter(|e| !e.is_tombstone()).map(|e| of(e)).collect();
    if left != right {
        let only = left.iter().find(|e| !right.contains(e)).or_else(|| right.iter().find(|e| !left.contains(e)));
        return only.map(|e| format!("{}/{} of {}:{}", e.0.0, e.1, Short(e.3.origin), e.3.seq));
    }
    if a.digest() != b.digest() {
        return Some("their digests do, though their entries do not".to_owned());
    }
    (a.seen() != b.seen()).then(|| "what they have seen".to_owned())
}

fn is_orphan(entry: &Entry, members: &[MemberId]) -> bool {
    let Some(record) = entry.value.as_deref().and_then(Record::trusted) else { return false };
    let owner = record.text(Text::Owner).and_then(|o| o.parse().ok());
    !record.phase().is_completed() && owner.is_none_or(|owner: MemberId| !members.contains(&owner))
}
