// SPDX-License-Identifier: GPL-2.0-or-later
//! `<aws>` and `<kubernetes>`.

use std::time::Duration;

use super::draft::Draft;
use super::value::WAIT;
use super::{Place, Reader, Value};
use crate::address::{HostPort, check_host_name};
use crate::xml::Node;
use crate::{Aws, AwsTag, Kubernetes, Secret};

/// Bounds of a call to AWS where none are given, as Hazelcast 5 has them.
const AWS_TIMEOUT: Duration = Duration::from_secs(10);
const AWS_RETRIES: u32 = 3;
/// Bound of a look-up where none is given, as Hazelcast has it.
const DNS_TIMEOUT: Duration = Duration::from_secs(5);

const AWS: [&str; 13] = [
    "access-key",
    "secret-key",
    "region",
    "iam-role",
    "host-header",
    "security-group-name",
    "tag-key",
    "tag-value",
    "use-public-ip",
    "hz-port",
    "connection-timeout-seconds",
    "read-timeout-seconds",
    "connection-retries",
];
/// What selects containers of ECS instead of instances of EC2.
const ECS: [&str; 3] = ["cluster", "family", "service-name"];

pub(super) fn aws(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>) {
    reader.known_attributes(node, &["enabled", "connection-timeout-seconds"]);
    if !reader.enabled(node, true) {
        return;
    }
    reader.refuse_duplicates(node, &AWS);
    let mut aws = Aws {
        access_key: None,
        secret_key: None,
        region: None,
        iam_role: None,
        host_header: None,
        security_group: None,
        tags: Vec::new(),
        // Known only when the network's port is.
        ports: 0..=0,
        use_public_ip: false,
        connection_timeout: AWS_TIMEOUT,
        read_timeout: AWS_TIMEOUT,
        connection_retries: AWS_RETRIES,
        source: Place::of(node).source(),
    };
    // Hazelcast 3 has it as an attribute, Hazelcast 5 as an element.
    if let Some(value) = reader.attribute(node, "connection-timeout-seconds") {
        aws.connection_timeout = reader.seconds(&value, WAIT).unwrap_or(aws.connection_timeout);
    }
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for child in node.children() {
        let name = child.name();
        if ECS.contains(&name) {
            let text = "selects containers of AWS ECS, which is not supported; remove it, and find EC2 instances by tags \
                        or list members in tcp-ip";
            reader.error(&Place::of(child), text);
            continue;
        }
        if !AWS.contains(&name) {
            reader.unknown_element(child, &AWS);
            continue;
        }
        reader.known_attributes(child, &[]);
        let Some(value) = reader.text(child) else { continue };
        if value.text == format!("my-{name}") {
            reader.warn(&value.place, "is the example of the documentation; AWS is going to refuse it");
        }
        match name {
            "access-key" => aws.access_key = Some(value.text),
            "secret-key" => aws.secret_key = Some(Secret::new(value.text)),
            "region" => aws.region = region(reader, &value),
            "iam-role" => aws.iam_role = reader.label(&value),
            "host-header" => aws.host_header = host_header(reader, &value),
            "security-group-name" => aws.security_group = reader.label(&value),
            "tag-key" => keys = list(&value),
            "tag-value" => values = list(&value),
            "use-public-ip" => aws.use_public_ip = reader.flag(&value).unwrap_or_default(),
            "hz-port" => draft.aws_ports = reader.ports(&value),
            "connection-timeout-seconds" => {
                aws.connection_timeout = reader.seconds(&value, WAIT).unwrap_or(aws.connection_timeout);
            }
            "read-timeout-seconds" => aws.read_timeout = reader.seconds(&value, WAIT).unwrap_or(aws.read_timeout),
            _ => aws.connection_retries = reader.number(&value, 0..=100).unwrap_or(aws.connection_retries),
        }
    }
    aws.tags = tags(keys, values);
    let place = Place::of(node);
    match (node.child("access-key").is_some(), node.child("secret-key").is_some()) {
        (true, false) => reader.error(&place, "access-key is given without secret-key; give both, or none"),
        (false, true) => reader.error(&place, "secret-key is given without access-key; give both, or none"),
        (true, true) if aws.iam_role.is_some() => {
            reader.error(&place, "both keys and iam-role are given; keep one way to log in to AWS");
        }
        _ => {}
    }
    draft.config.aws = Some(aws);
}

/// Several tags are several keys and values, separated by commas; the first key goes with the first value, and so on.
/// A key alone means any value, a value alone any key.
fn tags(keys: Vec<String>, values: Vec<String>) -> Vec<AwsTag> {
    let count = keys.len().max(values.len());
    let (mut keys, mut values) = (keys.into_iter(), values.into_iter());
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let tags = (0..count).map(|_| AwsTag { key: filled(keys.next()), value: filled(values.next()) });
    tags.filter(|tag| tag.key.is_some() || tag.value.is_some()).collect()
}

fn list(value: &Value) -> Vec<String> {
    value.text.split(',').map(|item| item.trim().to_owned()).collect()
}

/// A region becomes part of a host name: nothing else may be smuggled in with it.
fn region(reader: &mut Reader<'_>, value: &Value) -> Option<String> {
    let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if value.text.len() <= 40 && value.text.chars().all(is_region) && value.text.contains('-') {
        return Some(value.text.clone());
    }
    reader.error(&value.place, format!("{:?} is not an AWS region, such as us-east-1", value.text));
    None
}

fn host_header(reader: &mut Reader<'_>, value: &Value) -> Option<String> {
    let scheme_less = value.text.strip_prefix("https://").or_else(|| value.text.strip_prefix("http://"));
    let host = scheme_less.unwrap_or(&value.text).trim_end_matches('/');
    if let Err(why) = host.parse::<HostPort>() {
        reader.error(&value.place, why);
        return None;
    }
    if host.starts_with("ecs.") {
        reader.error(&value.place, "is AWS ECS, which is not supported; find EC2 instances, or list members in tcp-ip");
        return None;
    }
    Some(value.text.trim_end_matches('/').to_owned())
}

/// Names of Kubernetes that only the look-up through its API needs.
const API: [&str; 15] = [
    "service-name",
    "service-label-name",
    "service-label-value",
    "namespace",
    "pod-label-name",
    "pod-label-value",
    "expose-externally",
    "service-per-pod-label-name",
    "service-per-pod-label-value",
    "resolve-not-ready-addresses",
    "use-node-name-as-external-address",
    "kubernetes-api-retries",
    "kubernetes-master",
    "api-token",
    "ca-certificate",
];
const KUBERNETES: [&str; 3] = ["service-dns", "service-dns-timeout", "service-port"];

pub(super) fn kubernetes(reader: &mut Reader<'_>, draft: &mut Draft, node: Node<'_>) {
    reader.known_attributes(node, &["enabled"]);
    if !reader.enabled(node, true) {
        return;
    }
    reader.refuse_duplicates(node, &KUBERNETES);
    let (mut dns, mut timeout) = (None, DNS_TIMEOUT);
    for child in node.children() {
        let name = child.name();
        if API.contains(&name) {
            reader.warn(
                &Place::of(child),
                "ignored: members are found by the name in service-dns, not by Kubernetes' API",
            );
            continue;
        }
        if !KUBERNETES.contains(&name) {
            reader.unknown_element(child, &KUBERNETES);
            continue;
        }
        reader.known_attributes(child, &[]);
        let Some(value) = reader.text(child) else { continue };
        match name {
            "service-dns" => match check_host_name(&value.text) {
                Ok(()) => dns = Some(value.text),
                Err(why) => reader.error(&value.place, format!("{:?} is not a DNS name: {why}", value.text)),
            },
            "service-dns-timeout" => timeout = reader.seconds(&value, WAIT).unwrap_or(timeout),
            // 0 is Hazelcast's way to say "as on this member".
            _ => draft.kubernetes_port = reader.number(&value, 0..=u16::MAX).filter(|port| *port > 0),
        }
    }
    let Some(service_dns) = dns else {
        if node.child("service-dns").is_none() {
            reader.error(&Place::of(node), without_dns(node));
        }
        return;
    };
    draft.config.kubernetes =
        Some(Kubernetes { service_dns, service_dns_timeout: timeout, ports: 0..=0, source: Place::of(node).source() });
}

fn without_dns(node: Node<'_>) -> String {
    let text = |name: &str| node.child(name).map(|child| child.element.text.trim()).filter(|text| !text.is_empty());
    let (service, namespace) = (text("service-name").unwrap_or("SERVICE"), text("namespace").unwrap_or("NAMESPACE"));
    format!(
        "members are found by DNS only, not by Kubernetes' API; make a headless service (clusterIP: None) and add \
         <service-dns>{service}.{namespace}.svc.cluster.local</service-dns>"
    )
}
