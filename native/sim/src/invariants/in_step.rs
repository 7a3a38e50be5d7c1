// SPDX-License-Identifier: GPL-2.0-or-later
//! After the heal every application has what the cluster says, all of it and nothing else: within a stated time.

use std::collections::BTreeMap;

use gs_cluster_core::{active::value::Header, entry::MapId};

use crate::world::World;

/// Why the applications do not have what the cluster says, if they do not.
pub fn not_in_step(world: &World) -> Option<String> {
    if !world.plan.shares {
        return None;
    }
    for (host, app) in world.hosts.iter().zip(&world.apps) {
        let node = host.node.as_ref()?;
        if !app.takes_part {
            let empty = node.replica().entries(MapId::SHARED).all(|entry| entry.is_tombstone());
            if app.read_only && empty {
                // It waits until there is something to read.
                continue;
            }
            return Some(format!("n{} does not take part", host.index));
        }
        let catalog = node.joined_catalog()?;
        let entries = node.replica().entries(MapId::SHARED).filter_map(|entry| {
            let key = entry.key.strip_prefix(&format!("{catalog}/"))?;
            let content = u64::from_le_bytes(Header::parse(entry.value.as_deref()?)?.1.try_into().ok()?);
            Some((key, content))
        });
        let said: BTreeMap<_, _> = entries.collect();
        let here: BTreeMap<_, _> = app.local.iter().map(|(key, object)| (&**key, object.content)).collect();
        if said != here {
            return Some(format!("n{} has {here:?}, the cluster says {said:?}", host.index));
        }
    }
    None
}
