// SPDX-License-Identifier: GPL-2.0-or-later
//! The verdict as machines and people get it, word by word.

mod common;

use common::{accepted, hazelcast, join, read};

const REFUSED: &str = "<hazelcast>\n  <licence-key>\"k\"</licence-key>\n  <network>\n    <join><gcp enabled=\"true\"/></join>\n  </network>\n  \
                       <map name=\"wpsExecutionStatusMap\"/>\n</hazelcast>\n";

#[test]
fn refused_as_text() {
    let expected = "\
hazelcast.xml:2:3: warning: licence-key: unknown element, ignored; did you mean license-key?
hazelcast.xml:4:11: error: network/join/gcp: discovery on Google Cloud is not supported; set enabled to false, and list members in tcp-ip or name a DNS service in kubernetes
hazelcast.xml: refused, 1 error, 1 warning; line 4: network/join/gcp: discovery on Google Cloud is not supported; set enabled to false, and list members in tcp-ip or name a DNS service in kubernetes
";
    assert_eq!(read(REFUSED).to_text(), expected);
}

#[test]
fn refused_as_json() {
    let json: serde_json::Value = serde_json::from_str(&read(REFUSED).to_json()).unwrap();
    let gcp = "discovery on Google Cloud is not supported; set enabled to false, and list members in tcp-ip or name a DNS service in kubernetes";
    let expected = serde_json::json!({
        "ok": false,
        "messages": [
            {"severity": "warning", "line": 2, "column": 3, "element": "licence-key", "text": "unknown element, ignored; did you mean license-key?"},
            {"severity": "error", "line": 4, "column": 11, "element": "network/join/gcp", "text": gcp},
        ],
        "summary": format!("refused, 1 error, 1 warning; line 4: network/join/gcp: {gcp}"),
    });
    assert_eq!(json, expected);
}

/// Rows: the content of `<join>`, and the summary.
#[test]
fn summaries_of_accepted_files() {
    let summary = |xml: &str| read(xml).summary();
    for (content, expected) in [
        (
            "",
            "accepted: cluster gsWpsCluster with the public default secret, finds members by multicast 224.2.2.3:54327",
        ),
        (
            "<multicast><multicast-group>ff02::5</multicast-group></multicast><tcp-ip enabled=\"true\"><member>a</member></tcp-ip>",
            "accepted: cluster gsWpsCluster with the public default secret, finds members by multicast [ff02::5]:54327 and 1 listed member",
        ),
        (
            "<aws/><kubernetes><service-dns>gs</service-dns></kubernetes>",
            "accepted: cluster gsWpsCluster with the public default secret, finds members by AWS EC2 in the instance's region and DNS name gs",
        ),
        (
            "<multicast enabled=\"false\"/>",
            "accepted with 1 warning: cluster gsWpsCluster with the public default secret, finds members by nothing: it stays alone",
        ),
    ] {
        assert_eq!(summary(&join(content)), expected);
    }
    let own = hazelcast("<group><name>c</name><password>p</password></group>");
    assert_eq!(summary(&own), "accepted: cluster c with its own secret, finds members by multicast 224.2.2.3:54327");
}

#[test]
fn no_secret_in_any_output() {
    let xml = hazelcast(
        "<group><password>hunter2</password></group><network><join><multicast/><aws><access-key>a</access-key>\
         <secret-key>hunter2</secret-key></aws></join></network>",
    );
    let config = accepted(&xml);
    assert!(!format!("{config:?}").contains("hunter2"));
    let verdict = read(&xml);
    assert!(!verdict.to_json().contains("hunter2") && !verdict.to_text().contains("hunter2"));
    assert!(!format!("{verdict:?}").contains("hunter2"));
}
