// SPDX-License-Identifier: GPL-2.0-or-later
//! `<network>`: where the node listens, and what it tells others to dial.

use super::draft::Draft;
use super::{Place, Reader, Value, join, policy, settings, tls};
use crate::address::HostPort;
use crate::xml::Node;
use crate::{AddressPattern, PublicAddress};

const SINGLE: [&str; 6] = ["public-address", "port", "reuse-address", "join", "interfaces", "ssl"];

pub(super) fn read(reader: &mut Reader<'_>, draft: &mut Draft, network: Node<'_>, settings: &settings::Given) {
    reader.known_attributes(network, &[]);
    reader.refuse_duplicates(network, &SINGLE);
    for node in network.children() {
        match node.name() {
            "port" => port(reader, draft, node),
            "public-address" => {
                reader.known_attributes(node, &[]);
                if let Some(value) = reader.text(node) {
                    draft.config.network.public_address = public_address(reader, &value);
                }
            }
            "reuse-address" => {
                reader.known_attributes(node, &[]);
                if let Some(reuse) = reader.text(node).and_then(|value| reader.flag(&value)) {
                    draft.config.network.reuse_address = reuse;
                }
            }
            "join" => join::read(reader, draft, node, settings),
            "interfaces" => interfaces(reader, draft, node),
            "ssl" => tls::read(reader, draft, node),
            _ => {
                if !reader.apply(policy::NETWORK, node) {
                    let known: Vec<&str> = policy::names(policy::NETWORK).chain(SINGLE).collect();
                    reader.unknown_element(node, &known);
                }
            }
        }
    }
}

fn port(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>) {
    reader.known_attributes(node, &["auto-increment", "port-count"]);
    let network = &mut draft.config.network;
    network.port_source = Place::of(node).source();
    if let Some(increment) = reader.attribute(node, "auto-increment").and_then(|value| reader.flag(&value)) {
        network.auto_increment = increment;
    }
    if let Some(count) = reader.attribute(node, "port-count").and_then(|value| reader.number(&value, 1..=u16::MAX)) {
        network.port_count = count;
    }
    if let Some(port) = reader.text(node).and_then(|value| reader.number(&value, 0..=u16::MAX)) {
        network.port = port;
    }
}

pub(super) fn public_address(reader: &mut Reader<'_>, value: &Value) -> Option<PublicAddress> {
    let HostPort { host, port } = reader.parsed(value)?;
    Some(PublicAddress { host, port, source: value.place.source() })
}

fn interfaces(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>) {
    reader.known_attributes(node, &["enabled"]);
    if !reader.enabled(node, false) {
        return;
    }
    let patterns = patterns(reader, node);
    if patterns.is_empty() {
        reader.error(&Place::of(node), "is enabled, but names no interface; add <interface>, or set enabled to false");
    }
    draft.config.network.interfaces = patterns;
    draft.config.network.interfaces_source = Place::of(node).source();
}

/// The patterns in the `<interface>` children.
pub(super) fn patterns(reader: &mut Reader<'_>, node: Node<'_>) -> Vec<AddressPattern> {
    let mut patterns = Vec::new();
    for child in node.children() {
        if child.name() == "interface" {
            reader.known_attributes(child, &[]);
            patterns.extend(reader.text(child).and_then(|value| reader.parsed(&value)));
        } else {
            reader.unknown_element(child, &["interface"]);
        }
    }
    patterns
}
