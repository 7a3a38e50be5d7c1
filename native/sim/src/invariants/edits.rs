// SPDX-License-Identifier: GPL-2.0-or-later
//! No published edit of a shared object disappears, as long as a host has it: it is what the cluster says, or was replaced
//! by one whose editor had it, or is kept as a conflict copy.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gs_cluster_core::{
    active::{
        conflicts::{Conflict, MAX_PER_KEY},
        value::{self, ContentHash},
    },
    entry::{Entry, MapId},
    id::Dot,
    replica::Change,
};

use super::{Event, Invariant};
use crate::{shared, trace::Short, world::World};

struct Edit {
    key: String,
    hash: ContentHash,
    holders: BTreeSet<usize>,
}

/// See the [module](self).
#[derive(Default)]
pub struct Edits {
    edits: BTreeMap<Dot, Edit>,
    replaced: BTreeSet<Dot>,
    /// The copies there ever were, by object: the oldest make room, by what each node knows.
    copies: BTreeMap<String, BTreeSet<Arc<str>>>,
}

impl Edits {
    fn written(&mut self, at: usize, entry: &Entry) {
        self.replaced.extend(entry.past.last());
        let Some(value) = entry.value.as_deref() else { return };
        let edit = || Edit { key: entry.key.to_string(), hash: value::state_of(value), holders: BTreeSet::new() };
        self.edits.entry(entry.dot).or_insert_with(edit).holders.insert(at);
    }
}

impl Invariant for Edits {
    fn name(&self) -> &'static str {
        "edits"
    }

    fn event(&mut self, world: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Change(at, Change::Entry(entry)) if entry.map == MapId::SHARED => self.written(*at, entry),
            Event::Change(_, Change::Entry(entry)) if entry.map == MapId::CONFLICT => {
                let conflict = entry.value.as_deref().and_then(Conflict::parse);
                if let Some((Conflict { key, .. }, _)) = conflict {
                    self.copies.entry(key).or_default().insert(entry.key.clone());
                }
            }
            Event::Started(at) => {
                let Some(node) = &world.hosts[*at].node else { return Ok(()) };
                let seen = node.replica().seen();
                for (dot, edit) in &mut self.edits {
                    if !seen.has(*dot) {
                        edit.holders.remove(at);
                    }
                }
            }
            _ => (),
        }
        Ok(())
    }

    fn at_end(&mut self, world: &World) -> Result<(), String> {
        let Some(node) = world.hosts.iter().find_map(|host| host.node.as_ref()) else { return Ok(()) };
        let Some(catalog) = node.joined_catalog().filter(|_| world.plan.shares) else { return Ok(()) };
        let replica = node.replica();
        // Of the same content, whoever published it: that is one edit.
        let replaced: BTreeSet<_> =
            self.replaced.iter().filter_map(|dot| self.edits.get(dot)).map(|edit| (&edit.key, edit.hash)).collect();
        for (dot, edit) in &self.edits {
            let Some(key) = edit.key.strip_prefix(&format!("{catalog}/")) else { continue };
            if edit.holders.is_empty() || replaced.contains(&(&edit.key, edit.hash)) {
                continue;
            }
            let is = |value: Option<&[u8]>| value.map(value::state_of) == Some(edit.hash);
            let said = replica.get(MapId::SHARED, &edit.key).is_some_and(|entry| is(entry.value.as_deref()));
            let kept = replica.get(MapId::CONFLICT, &Conflict::id(key, edit.hash));
            let kept = kept.is_some_and(|entry| !entry.is_tombstone());
            let full = self.copies.get(key).is_some_and(|copies| copies.len() > MAX_PER_KEY);
            if !said && !kept && !full {
                return Err(format!(
                    "the edit {}:{} of {key}, content {}, has disappeared; {:?} had it",
                    Short(dot.origin),
                    dot.seq,
                    shared::content_of(edit.hash),
                    edit.holders
                ));
            }
        }
        Ok(())
    }
}
