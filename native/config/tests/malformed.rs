// SPDX-License-Identifier: GPL-2.0-or-later
//! What is no XML, or no Hazelcast file: said with its place and with what was expected.

mod common;

use common::{assert_messages, read};
use gs_cluster_config::Config;

/// Rows: the text, and the only message.
#[test]
fn one_message_at_the_right_place() {
    for (xml, expected) in [
        ("", "1:1 error : there is no element, expected <hazelcast>"),
        ("  \n", "1:1 error : there is no element"),
        ("not xml", "1:1 error : text outside of the root element"),
        (
            "<hazelcast>\n  <network>\n  </netwrok>\n</hazelcast>",
            "3:3 error network: expected </network> for line 2, found </netwrok>",
        ),
        (
            "<hazelcast>\n <network>\n  <join>\n </network>",
            "4:2 error network/join: expected </join> for line 3, found </network>",
        ),
        ("<hazelcast>\n<network>\n", "3:1 error network: the file ends, expected </network> for line 2"),
        ("</hazelcast>", "1:1 error : </hazelcast> ends an element that was not started"),
        ("<hazelcast/>\n<hazelcast/>", "2:1 error : a second element beside the root"),
        ("<hazelcast/>\n x", "2:2 error : text outside of the root element"),
        ("<hazelcast>\n<network", "2:1 error hazelcast: tag not closed"),
        ("<hazelcast>\n  <port a=\"1\" a=\"2\"/></hazelcast>", "2:15 error hazelcast: the attribute occurs twice"),
        ("<hazelcast>\n <port a=1/></hazelcast>", "2:10 error hazelcast: expected quotes around the value"),
        ("<hazelcast>\n <port a/></hazelcast>", "2:9 error hazelcast: expected = and a quoted value"),
        ("<hazelcast>\n <port a=/></hazelcast>", "2:10 error hazelcast: expected a quoted value"),
        (
            "<hazelcast>\n <port a=\"1\"b=\"2\"/></hazelcast>",
            "2:13 error hazelcast: expected a space before the attribute",
        ),
        (
            "<hazelcast>\n <port a=\"true>1</port>\n<x b=\"/></hazelcast>",
            "2:8 error hazelcast: the value of a contains <; is its closing quote missing?",
        ),
        ("<hazelcast>\n <port a=\"&x;\"/></hazelcast>", "2:8 error hazelcast: the entity &x; is not defined"),
        ("<hazelcast>\n <1port/></hazelcast>", "2:2 error hazelcast: expected the name of an element after <1port"),
        ("<hazelcast>\n < port/></hazelcast>", "2:2 error hazelcast: expected the name of an element after <"),
        ("<hazelcast>\n a & b</hazelcast>", "2:4 error hazelcast: & starts a reference that has no ; at its end"),
        ("<hazelcast>\n &unknown;</hazelcast>", "2:2 error hazelcast: the entity &unknown; is not defined"),
        ("<hazelcast>\n &#0;</hazelcast>", "2:2 error hazelcast: &#0; is not a character of XML"),
        ("<hazelcast>\n é\u{1}</hazelcast>", "2:3 error : the character '\\u{1}' must not occur in XML"),
        ("<hazelcast>\n <!-- a -- b --></hazelcast>", "2:9 error hazelcast: a comment must not contain --"),
        ("<hazelcast>\n <!-- a </hazelcast>", "2:2 error hazelcast: comment not closed"),
        ("<hazelcast>\n <![CDATA[ a </hazelcast>", "2:2 error hazelcast: CDATA not closed"),
        ("\n<?xml version=\"1.0\"?><hazelcast/>", "2:1 error : <?xml ...?> must be the very first text"),
        ("<other/>", "1:1 error other: expected <hazelcast> as the root element, found <other>"),
        ("<!-- x -->\n<hazelcast-client/>", "2:1 error hazelcast-client: this file configures a Hazelcast client"),
    ] {
        assert_messages(&read(xml), &[expected]);
    }
}

#[test]
fn document_types_and_entities_are_refused() {
    for xml in [
        "<?xml version=\"1.0\"?>\n<!DOCTYPE hazelcast SYSTEM \"http://127.0.0.1:1/x.dtd\"><hazelcast/>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE h [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><hazelcast><cluster-name>&x;</cluster-name></hazelcast>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE h [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><hazelcast>&b;</hazelcast>",
    ] {
        assert_messages(&read(xml), &["2:1 error : a DOCTYPE is refused"]);
    }
}

#[test]
fn sizes_are_bounded() {
    let deep = format!("<hazelcast>{}", "<a>".repeat(100_000));
    assert_messages(&read(&deep), &["1:201 error a/a"]);
    let wide = format!("<hazelcast>\n{}</hazelcast>", "<a/>".repeat(20_000));
    assert_messages(&read(&wide), &["2:79997 error hazelcast: the file has more than 20000 elements"]);
    let long = format!("<hazelcast>{}</hazelcast>", " ".repeat(1 << 20));
    assert_messages(&read(&long), &["1:1 error : the file has 1048599 bytes; at most 1048576 are read"]);
    let name = format!("<hazelcast>\n<{}/></hazelcast>", "a".repeat(200));
    assert_messages(&read(&name), &["2:1 error hazelcast: expected the name of an element"]);
}

/// A log is no place for a message per element of a nonsensical file; errors among them are not lost.
#[test]
fn messages_are_bounded() {
    let xml = format!("<hazelcast>{}<import/></hazelcast>", "<a/>\n".repeat(5_000));
    let verdict = read(&xml);
    assert!(!verdict.is_ok());
    assert_eq!(verdict.messages.len(), 1002);
    assert!(verdict.messages.iter().any(|message| message.element == "import"));
    assert!(
        verdict.messages.last().unwrap().text.starts_with("4001 more messages are left out"),
        "{}",
        verdict.messages.last().unwrap().text
    );
}

#[test]
fn files_that_are_not_utf8() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hazelcast.xml");
    std::fs::write(&path, b"<hazelcast>\n <!-- caf\xe9 --></hazelcast>").unwrap();
    let verdict = Config::read_file(&path, &std::collections::BTreeMap::new()).unwrap();
    assert_messages(&verdict, &["2:10 error hazelcast: the file is not UTF-8 from here on"]);
    std::fs::write(&path, "é".repeat(1 << 20)).unwrap();
    let verdict = Config::read_file(&path, &std::collections::BTreeMap::new()).unwrap();
    assert_messages(&verdict, &["1:1 error : the file has "]);
}
