// SPDX-License-Identifier: GPL-2.0-or-later
//! `<properties>`: Hazelcast's own, and the settings of ours that Hazelcast has no element for.

use super::draft::Draft;
use super::{Place, Reader, Value};
use crate::xml::Node;

/// Properties of Hazelcast that change nothing here and say nothing wrong: no remark is made of them.
pub(crate) const SILENT: [&str; 9] = [
    "hazelcast.logging.type",
    "hazelcast.logging.details.enabled",
    "hazelcast.logging.emoji.enabled",
    "hazelcast.phone.home.enabled",
    "hazelcast.version.check.enabled",
    "hazelcast.shutdownhook.enabled",
    "hazelcast.shutdownhook.policy",
    "hazelcast.merge.first.run.delay.seconds",
    "hazelcast.merge.next.run.delay.seconds",
];

/// Properties of Hazelcast for which there is an element or a setting.
const INSTEAD: [(&str, &str); 4] = [
    ("hazelcast.local.publicAddress", "network/public-address"),
    ("hazelcast.local.localAddress", "network/interfaces"),
    ("hazelcast.config", "GeoServer's data directory, where the file is always read"),
    ("hazelcast.config.location", "GeoServer's data directory, where the file is always read"),
];

/// Name of the property, and what it is set to.
pub(super) type Property = (String, Value);

/// Reads Hazelcast's properties into the draft, and gives those that are settings of our own.
pub(super) fn read(reader: &mut Reader<'_>, draft: &mut Draft, root: Node<'_>) -> Vec<Property> {
    let mut ours = Vec::new();
    let Some(node) = root.child("properties") else { return ours };
    reader.known_attributes(node, &[]);
    for child in node.children() {
        if child.name() != "property" {
            reader.unknown_element(child, &["property"]);
            continue;
        }
        reader.known_attributes(child, &["name"]);
        let Some(name) = reader.attribute(child, "name").map(|value| value.text) else {
            if child.attribute("name").is_none() {
                reader.error(&Place::of(child), "has no attribute name; write <property name=\"...\">value</property>");
            }
            continue;
        };
        if name.starts_with(super::settings::PREFIX) {
            if let Some(mut value) = reader.text(child) {
                value.place.name = name.clone();
                ours.push((name, value));
            }
        } else {
            hazelcast(reader, draft, child, &name);
        }
    }
    ours
}

fn hazelcast(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>, name: &str) {
    match name {
        "hazelcast.socket.bind.any" | "hazelcast.socket.server.bind.any" => {
            if let Some(any) = reader.text(node).and_then(|value| reader.flag(&value)) {
                draft.config.network.bind_any = any;
            }
        }
        "hazelcast.tcp.join.port.try.count" => {
            let value = reader.text(node);
            draft.try_count = value.and_then(|value| reader.number(&value, 1..=1000)).or(draft.try_count);
        }
        _ if SILENT.contains(&name) => {}
        _ => {
            let place = Place::of(node);
            match INSTEAD.iter().find(|(known, _)| *known == name) {
                Some((_, instead)) => reader.warn(&place, format!("{name} is ignored; use {instead}")),
                None => reader.warn(&place, format!("{name} is ignored: it has no meaning here")),
            }
        }
    }
}
