// SPDX-License-Identifier: GPL-2.0-or-later
//! `<map>`: the one of WPS statuses; others are not kept.

use std::cmp::Reverse;
use std::time::Duration;

use super::draft::Draft;
use super::{Place, Reader, policy};
use crate::xml::Node;

/// The name that GeoServer's documentation gives the map.
pub(crate) const NAME: &str = "wpsExecutionStatusMap";

pub(super) fn read(reader: &mut Reader<'_>, draft: &mut Draft, root: Node<'_>) {
    let mut maps: Vec<(Node<'_>, String)> = Vec::new();
    for node in root.children().filter(|node| node.name() == "map") {
        match reader.attribute(node, "name") {
            Some(name) => maps.push((node, name.text)),
            // Hazelcast reads a map without a name as the default.
            None if node.attribute("name").is_none() => maps.push((node, "default".to_owned())),
            None => {}
        }
    }
    // Stable: the first in the file counts among those that are equally close.
    maps.sort_by_key(|(_, name)| Reverse(closeness(name)));
    let mut maps = maps.into_iter().peekable();
    let chosen = maps.next_if(|(_, name)| closeness(name) > 0);
    for (node, name) in maps {
        let place = Place::of(node);
        match (closeness(&name), &chosen) {
            (EXACT, Some((first, _))) => {
                let line = first.element.position.line;
                reader
                    .error(&place, format!("map {NAME} occurs a second time, first on line {line}; keep one of them"));
            }
            (0, _) => reader.warn(&place, format!("map {name} is ignored: only {NAME} is kept by this cluster")),
            _ => reader.warn(&place, format!("map {name} is ignored: another map describes {NAME} more closely")),
        }
    }
    let instead = match &chosen {
        Some((_, name)) if name == NAME => None,
        Some((_, name)) => Some(format!("map {name} describes WPS statuses")),
        None => Some("the defaults are used for WPS statuses".to_owned()),
    };
    if let Some(instead) = instead {
        reader.warn(&Place::of(root), format!("there is no <map name=\"{NAME}\">; {instead}"));
    }
    if let Some((node, _)) = chosen {
        map(reader, draft, node);
    }
}

const EXACT: u8 = 3;

/// How closely a map's name describes the map of statuses: 3 its name, 2 a pattern with `*`, 1 the default, 0 not.
fn closeness(name: &str) -> u8 {
    match name {
        NAME => EXACT,
        "default" => 1,
        _ => match name.split_once('*') {
            Some((start, end)) if !end.contains('*') => {
                let fits = NAME.len() >= start.len() + end.len() && NAME.starts_with(start) && NAME.ends_with(end);
                if fits { 2 } else { 0 }
            }
            _ => 0,
        },
    }
}

fn map(reader: &mut Reader<'_>, draft: &mut Draft, map: Node<'_>) {
    const SINGLE: [&str; 2] = ["time-to-live-seconds", "max-idle-seconds"];
    reader.known_attributes(map, &["name"]);
    reader.refuse_duplicates(map, &SINGLE);
    for node in map.children() {
        match node.name() {
            "time-to-live-seconds" => draft.config.status_map.time_to_live = life(reader, node),
            "max-idle-seconds" => draft.config.status_map.max_idle = life(reader, node),
            _ => {
                if !reader.apply(policy::STATUS_MAP, node) {
                    let known: Vec<&str> = policy::names(policy::STATUS_MAP).chain(SINGLE).collect();
                    reader.unknown_element(node, &known);
                }
            }
        }
    }
}

/// Seconds; 0, and the most that Hazelcast's number can say, are for ever.
fn life(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Duration> {
    const FOREVER: u64 = i32::MAX as u64;
    reader.known_attributes(node, &[]);
    let value = reader.text(node)?;
    reader.seconds(&value, 0..=FOREVER).filter(|life| !life.is_zero() && life.as_secs() < FOREVER)
}
