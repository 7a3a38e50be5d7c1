// SPDX-License-Identifier: GPL-2.0-or-later
//! Whatever the text is: no panic, an end, and a verdict that keeps its promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use common::nothing;
use gs_cluster_config::{Config, DEFAULT_XML, Severity};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Every element that is read, so that mutations reach every reader.
const EVERYTHING: &str = include_str!("everything.xml");

/// Pieces that parsers stumble over.
const PIECES: [&str; 26] = [
    "<",
    ">",
    "/>",
    "</",
    "&",
    "&amp;",
    "&#x41;",
    "&#xffffffff;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE a>",
    "${",
    "}",
    "${HOME}",
    "\"",
    "'",
    "=",
    "\u{0}",
    "é",
    "\u{10ffff}",
    "99999999999999999999",
    "10.0.0.0-255",
];

fn mutate(text: &str, random: &mut StdRng) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..random.random_range(1..=6) {
        let length = chars.len();
        let at = random.random_range(0..=length);
        let end = (at + random.random_range(0..=20)).min(length);
        match random.random_range(0..4) {
            0 => drop(chars.drain(at..end)),
            1 => drop(chars.splice(at..end, PIECES[random.random_range(0..PIECES.len())].chars())),
            2 => {
                let copy = chars[at..end].to_vec();
                let to = random.random_range(0..=length);
                chars.splice(to..to, copy);
            }
            _ => chars.truncate(at),
        }
    }
    chars.into_iter().collect()
}

fn check(xml: &str, what: &str) {
    let verdict = Config::read("f", xml, &nothing);
    let errors = verdict.messages.iter().filter(|m| m.severity == Severity::Error).count();
    assert_eq!(verdict.config.is_none(), errors > 0, "{what}");
    let lines = u32::try_from(xml.matches('\n').count()).unwrap() + 1;
    for message in &verdict.messages {
        assert!((1..=lines).contains(&message.line) && message.column >= 1, "{what}: {message:?}");
        assert!(!message.text.is_empty() && message.text.chars().count() <= 1000, "{what}: {message:?}");
    }
    let json: serde_json::Value = serde_json::from_str(&verdict.to_json()).unwrap();
    assert_eq!(json["ok"], verdict.is_ok());
    assert_eq!(verdict.to_text().lines().count(), verdict.messages.len() + 1, "{what}: a message of several lines");
}

#[test]
fn mutated_files() {
    for seed in 0..1_500 {
        let mut random = StdRng::seed_from_u64(seed);
        for text in [DEFAULT_XML, EVERYTHING] {
            let xml = mutate(text, &mut random);
            check(&xml, &format!("seed {seed}"));
        }
    }
}

#[test]
fn every_beginning_of_a_file() {
    for (end, _) in EVERYTHING.char_indices() {
        check(&EVERYTHING[..end], &format!("first {end} bytes"));
    }
}

#[test]
fn everything_is_read_without_a_word() {
    let verdict = Config::read("f", EVERYTHING, &nothing);
    assert_eq!(verdict.to_text().lines().count(), 1, "{}", verdict.to_text());
}

/// Work is bounded by the size of the file, whatever a few bytes can ask for.
#[test]
fn files_that_ask_for_much_work_end() {
    let attributes: String = (0..80_000).map(|n| format!(" a{n}=\"\"")).collect();
    check(&format!("<hazelcast{attributes}/>"), "attributes");
    check(&format!("<hazelcast>{}</hazelcast>", "<durable-executor-servicf/>".repeat(19_000)), "names");
    check(&format!("<hazelcast><cluster-name>{}</cluster-name></hazelcast>", "${".repeat(300_000)), "placeholders");
    check(&format!("<hazelcast>{}", "&#65;".repeat(200_000)), "references");
    let members = "<member>10.0.0.0-255</member>".repeat(19_000);
    let xml =
        format!("<hazelcast><network><join><tcp-ip enabled=\"true\">{members}</tcp-ip></join></network></hazelcast>");
    let verdict = Config::read("f", &xml, &nothing);
    assert!(!verdict.is_ok());
}
