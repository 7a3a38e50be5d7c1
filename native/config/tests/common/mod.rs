// SPDX-License-Identifier: GPL-2.0-or-later
//! What the tests share.
#![allow(clippy::expect_used, reason = "helpers of tests fail the test")]
#![allow(dead_code, reason = "each test file uses its part")]

use gs_cluster_config::{Config, Message, Severity, Verdict};

/// An empty environment.
pub(crate) fn nothing(_: &str) -> Option<String> {
    None
}

/// Reads a file without an environment.
pub(crate) fn read(xml: &str) -> Verdict {
    Config::read("hazelcast.xml", xml, &nothing)
}

/// `<hazelcast>` alone on line 1, the body from line 2 on, and the map of statuses, so that its absence is no message.
pub(crate) fn hazelcast(body: &str) -> String {
    format!("<hazelcast>\n{body}\n<map name=\"wpsExecutionStatusMap\"/></hazelcast>")
}

/// The body within `<network><join>` of line 2, itself on line 3.
pub(crate) fn join(body: &str) -> String {
    hazelcast(&format!("<network><join>\n{body}</join></network>"))
}

/// The configuration, which must have been accepted without any message.
pub(crate) fn accepted(xml: &str) -> Config {
    let verdict = read(xml);
    assert!(verdict.messages.is_empty(), "{}", verdict.to_text());
    verdict.config.expect("accepted")
}

/// `line:column severity element: text` of each message.
pub(crate) fn messages(verdict: &Verdict) -> Vec<String> {
    let line = |m: &Message| format!("{}:{} {} {}: {}", m.line, m.column, m.severity, m.element, m.text);
    verdict.messages.iter().map(line).collect()
}

/// Asserts that the verdict has exactly these messages; each is given by its start, up to any length.
pub(crate) fn assert_messages(verdict: &Verdict, expected: &[&str]) {
    let found = messages(verdict);
    let same =
        found.len() == expected.len() && found.iter().zip(expected).all(|(found, start)| found.starts_with(start));
    assert!(same, "expected {expected:#?}, found {found:#?}");
    let refused = verdict.messages.iter().any(|message| message.severity == Severity::Error);
    assert_eq!(verdict.is_ok(), !refused, "{found:#?}");
}
