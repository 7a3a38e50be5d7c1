// SPDX-License-Identifier: GPL-2.0-or-later
//! Hazelcast's own examples of every element, which `tests/config/hazelcast-examples` takes out of its jars: nothing in
//! them is unknown, and what is refused is known one by one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::path::PathBuf;

use common::read;
use gs_cluster_config::{Severity, Verdict};

fn example(version: &str) -> String {
    let dir = std::env::var_os("GSC_HAZELCAST_EXAMPLES")
        .expect("GSC_HAZELCAST_EXAMPLES: run tests/config/hazelcast-examples");
    let path = PathBuf::from(dir).join(format!("{version}.xml"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn with(verdict: &Verdict, severity: Severity) -> Vec<&str> {
    verdict.messages.iter().filter(|m| m.severity == severity).map(|m| m.element.as_str()).collect()
}

fn assert_classified(verdict: &Verdict) {
    for message in &verdict.messages {
        assert!(message.line > 0 && message.column > 0, "{message:?}");
        assert!(!message.text.contains("unknown"), "{message:?}");
    }
    assert!(with(verdict, Severity::Info).is_empty());
}

/// What each of the files has switched on that cannot be honoured; no more and no less is refused.
const REFUSED: [&str; 6] = [
    "import",
    "config-replacers/replacer",
    "network/join/discovery-strategies/discovery-strategy",
    "map/map-store",
    "lite-member",
    "user-code-deployment",
];
/// What is warned of in each of the files.
const WARNED: [&str; 22] = [
    "license-key",
    "management-center",
    "properties/property",
    "wan-replication",
    "network/outbound-ports",
    "network/join",
    "network/join/gcp",
    "network/join/azure",
    "network/join/eureka",
    "network/socket-interceptor",
    "network/member-address-provider",
    "partition-group",
    "executor-service",
    "queue",
    "map/backup-count",
    "map/merge-policy",
    "map/statistics-enabled",
    "map/near-cache",
    "replicatedmap",
    "security",
    "advanced-network",
    "cp-subsystem",
];

fn assert_example(version: &str, more_refused: &[&str], messages: usize) {
    let xml = example(version);
    // What is switched off is not looked into, so switch everything on as well.
    assert_classified(&read(&xml.replace("enabled=\"false\"", "enabled=\"true\"")));
    let verdict = read(&xml);
    assert_classified(&verdict);
    let refused: Vec<&str> = REFUSED.iter().chain(more_refused).copied().collect();
    let mut found = with(&verdict, Severity::Error);
    found.sort_by_key(|element| refused.iter().position(|name| name == element));
    assert_eq!(found, refused, "{}", verdict.to_text());
    let warned = with(&verdict, Severity::Warning);
    for element in WARNED {
        assert!(warned.contains(&element), "{element} is not warned of: {}", verdict.to_text());
    }
    assert_eq!(verdict.messages.len(), messages, "{}", verdict.to_text());
}

#[test]
#[ignore = "needs Hazelcast's jars: run tests/config/hazelcast-examples"]
fn example_of_3_12() {
    assert_example("3.12.13", &[], 81);
}

#[test]
#[ignore = "needs Hazelcast's jars: run tests/config/hazelcast-examples"]
fn example_of_5_3() {
    assert_example("5.3.8", &["persistence/encryption-at-rest"], 85);
}

#[test]
#[ignore = "needs Hazelcast's jars: run tests/config/hazelcast-examples"]
fn example_of_5_5() {
    assert_example("5.5.0", &["persistence/encryption-at-rest", "user-code-namespaces"], 88);
}
