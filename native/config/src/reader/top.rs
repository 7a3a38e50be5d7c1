// SPDX-License-Identifier: GPL-2.0-or-later
//! The root and its children.

use super::draft::Draft;
use super::{Place, Reader, network, policy, properties, settings, status_map};
use crate::xml::{Element, Node};
use crate::{Config, DEFAULT_SECRET, Secret};

/// Secrets that are printed in documentation and example files: GeoServer's and Hazelcast's.
const PUBLIC_SECRETS: [&str; 2] = [DEFAULT_SECRET, "dev-pass"];

const SINGLE: [&str; 5] = ["cluster-name", "group", "instance-name", "network", "properties"];

/// Reads the whole. None: not a Hazelcast file at all.
pub(super) fn read(reader: &mut Reader<'_>, root: &Element) -> Option<Config> {
    let root = Node::root(root);
    let place = Place::of(root);
    if root.name() != "hazelcast" {
        let text = match root.name() {
            "hazelcast-client" | "hazelcast-client-failover" => {
                "this file configures a Hazelcast client; expected <hazelcast>, the file of a member".to_owned()
            }
            name => format!("expected <hazelcast> as the root element, found <{name}>"),
        };
        reader.error(&place, text);
        return None;
    }
    reader.known_attributes(root, &["id"]);
    reader.refuse_duplicates(root, &SINGLE);
    let mut draft = Draft::new(place);
    // First of all, because a setting may say that an element's content matters although the element is off.
    let ours = properties::read(reader, &mut draft, root);
    let settings = settings::collect(reader, ours);
    for child in root.children() {
        element(reader, &mut draft, child, &settings);
    }
    status_map::read(reader, &mut draft, root);
    settings::apply(reader, &mut draft, settings);
    draft.config.secret_is_public = PUBLIC_SECRETS.contains(&draft.config.secret.expose());
    Some(draft.finish(reader))
}

fn element(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>, settings: &settings::Given) {
    match node.name() {
        "cluster-name" => {
            reader.known_attributes(node, &[]);
            if let Some(name) = reader.text(node).and_then(|value| reader.label(&value)) {
                draft.config.cluster_name = name;
            }
        }
        "instance-name" => {
            reader.known_attributes(node, &[]);
            if let Some(name) = reader.text(node).and_then(|value| reader.label(&value)) {
                draft.config.instance_name = Some(name);
            }
        }
        "group" => group(reader, draft, node),
        "network" => network::read(reader, draft, node, settings),
        // Read before and after the others.
        "properties" | "map" => {}
        "persistence" | "hot-restart-persistence" => {
            reader.warn(&Place::of(node), format!("ignored: {}", policy::PERSISTENCE_IGNORED));
            for child in node.children() {
                reader.apply(policy::PERSISTENCE, child);
            }
        }
        "config-replacers" => {
            reader.warn(&Place::of(node), format!("ignored: {}", policy::REPLACERS_IGNORED));
            for child in node.children() {
                reader.apply(policy::REPLACERS, child);
            }
        }
        _ => {
            if !reader.apply(policy::TOP, node) {
                let known: Vec<&str> = policy::names(policy::TOP).chain(SINGLE).chain(["map"]).collect();
                reader.unknown_element(node, &known);
            }
        }
    }
}

/// Hazelcast 3's name and password.
fn group(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>) {
    reader.known_attributes(node, &[]);
    reader.refuse_duplicates(node, &["name", "password"]);
    for child in node.children() {
        match child.name() {
            "name" => {
                let Some(value) = reader.text(child) else { continue };
                let Some(name) = reader.label(&value) else { continue };
                if node.has_sibling("cluster-name") {
                    reader.warn(&value.place, "ignored: cluster-name says the name of the cluster; remove one of them");
                } else {
                    draft.config.cluster_name = name;
                }
            }
            "password" => {
                if let Some(value) = reader.text(child) {
                    draft.config.secret = Secret::new(value.text);
                }
            }
            _ => reader.unknown_element(child, &["name", "password"]),
        }
    }
}
