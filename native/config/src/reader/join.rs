// SPDX-License-Identifier: GPL-2.0-or-later
//! `<join>`: how other nodes are found. Several ways may be on at once.

use std::net::IpAddr;

use super::draft::Draft;
use super::value::WAIT;
use super::{Place, Reader, Value, cloud, network, policy, settings};
use crate::xml::Node;

const SINGLE: [&str; 5] = ["multicast", "tcp-ip", "aws", "kubernetes", "auto-detection"];

pub(super) fn read(reader: &mut Reader<'_>, draft: &mut Draft, join: Node<'_>, settings: &settings::Given) {
    draft.join = Place::of(join);
    reader.known_attributes(join, &[]);
    reader.refuse_duplicates(join, &SINGLE);
    // Hazelcast's auto-detection ends in multicast where it recognises no cloud; here it always does.
    let detection = join.child("auto-detection");
    let detects = detection.is_none_or(|node| reader.enabled(node, true));
    let wanted = settings.switches_on("multicast") || (detection.is_some() && detects);
    for node in join.children() {
        match node.name() {
            "multicast" => multicast(reader, draft, node, wanted),
            "tcp-ip" => tcp_ip(reader, draft, node),
            "aws" => cloud::aws(reader, draft, node),
            "kubernetes" => cloud::kubernetes(reader, draft, node),
            "auto-detection" => reader.known_attributes(node, &["enabled"]),
            "discovery-strategies" => {
                for child in node.children() {
                    if !reader.apply(policy::STRATEGIES, child) {
                        let known: Vec<&str> = policy::names(policy::STRATEGIES).collect();
                        reader.unknown_element(child, &known);
                    }
                }
            }
            _ => {
                if !reader.apply(policy::JOIN, node) {
                    let known = policy::names(policy::JOIN).chain(SINGLE).chain(["discovery-strategies"]);
                    reader.unknown_element(node, &known.collect::<Vec<_>>());
                }
            }
        }
    }
    let config = &mut draft.config;
    let others = config.tcp_ip.enabled || config.aws.is_some() || config.kubernetes.is_some();
    if join.child("multicast").is_none() {
        config.multicast.enabled = detects && !others;
    } else if detection.is_some() && detects && !others {
        // Hazelcast's own default file says it so: multicast off, auto-detection on.
        config.multicast.enabled = true;
    }
}

/// `wanted`: a setting or auto-detection may switch it on, so its content matters.
fn multicast(reader: &mut Reader<'_>, draft: &mut Draft, multicast: Node<'_>, wanted: bool) {
    reader.known_attributes(multicast, &["enabled", "loopbackModeEnabled"]);
    reader.refuse_duplicates(multicast, &MULTICAST);
    draft.config.multicast.source = Place::of(multicast).source();
    draft.config.multicast.enabled = reader.enabled(multicast, true);
    if !draft.config.multicast.enabled && !wanted {
        return;
    }
    if let Some(value) = reader.attribute(multicast, "loopbackModeEnabled")
        && reader.flag(&value) == Some(false)
    {
        reader.warn(&value.place, "loopbackModeEnabled is ignored: nodes on one host always find each other");
    }
    for node in multicast.children() {
        if !MULTICAST.contains(&node.name()) {
            reader.unknown_element(node, &MULTICAST);
            continue;
        }
        reader.known_attributes(node, &[]);
        let config = &mut draft.config.multicast;
        if node.name() == "trusted-interfaces" {
            config.trusted_interfaces = network::patterns(reader, node);
            continue;
        }
        let Some(value) = reader.text(node) else { continue };
        match node.name() {
            "multicast-group" => config.group = group(reader, &value).unwrap_or(config.group),
            "multicast-port" => config.port = reader.number(&value, 1..=u16::MAX).unwrap_or(config.port),
            "multicast-time-to-live" => config.ttl = reader.number(&value, 0..=u8::MAX).unwrap_or(config.ttl),
            // Hazelcast waits so long before it goes on alone. A node here does not wait: the value is only checked.
            _ => drop(reader.seconds(&value, WAIT)),
        }
    }
}

const MULTICAST: [&str; 5] =
    ["multicast-group", "multicast-port", "multicast-time-to-live", "multicast-timeout-seconds", "trusted-interfaces"];

fn group(reader: &mut Reader<'_>, value: &Value) -> Option<IpAddr> {
    match value.text.parse::<IpAddr>() {
        Ok(address) if address.is_multicast() => Some(address),
        _ => {
            let text =
                format!("{:?} is not a multicast address (224.0.0.0 to 239.255.255.255, or ff00::/8)", value.text);
            reader.error(&value.place, text);
            None
        }
    }
}

const TCP_IP: [&str; 5] = ["required-member", "member", "interface", "members", "member-list"];

fn tcp_ip(reader: &mut Reader<'_>, draft: &mut Draft, tcp_ip: Node<'_>) {
    reader.known_attributes(tcp_ip, &["enabled", "connection-timeout-seconds"]);
    draft.config.tcp_ip.source = Place::of(tcp_ip).source();
    if let Some(value) = reader.attribute(tcp_ip, "connection-timeout-seconds")
        && let Some(timeout) = reader.seconds(&value, WAIT)
    {
        draft.config.tcp_ip.connection_timeout = timeout;
    }
    draft.config.tcp_ip.enabled = reader.enabled(tcp_ip, false);
    if !draft.config.tcp_ip.enabled {
        return;
    }
    reader.refuse_duplicates(tcp_ip, &["required-member"]);
    for node in tcp_ip.children() {
        match node.name() {
            "member-list" => {
                reader.known_attributes(node, &[]);
                for child in node.children() {
                    if child.name() == "member" {
                        members(reader, draft, child);
                    } else {
                        reader.unknown_element(child, &["member"]);
                    }
                }
            }
            "member" | "interface" | "members" => members(reader, draft, node),
            "required-member" => {
                reader.known_attributes(node, &[]);
                draft.required_member = reader.text(node).and_then(|value| reader.parsed(&value));
            }
            _ => reader.unknown_element(node, &TCP_IP),
        }
    }
    let lists = |node: Node<'_>| ["member", "interface", "members", "required-member"].contains(&node.name());
    if !tcp_ip.children().any(|node| lists(node) || node.children().any(lists)) {
        reader.warn(&Place::of(tcp_ip), "is enabled, but lists no member, so it finds nobody; add <member>");
    }
}

/// Hazelcast splits the text of each of these elements as a list.
fn members(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>) {
    reader.known_attributes(node, &[]);
    let Some(list) = reader.text(node) else { return };
    for value in list.items() {
        draft.add_member(reader, &value);
    }
}
