// SPDX-License-Identifier: GPL-2.0-or-later
//! Settings of our own and placeholders: file, system properties, environment, and which of them wins.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::collections::BTreeMap;
use std::io::Write;

use common::{assert_messages, hazelcast, join};
use gs_cluster_config::{Config, Source, Verdict};

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read_with(xml: &str, pairs: &[(&str, &str)]) -> Verdict {
    Config::read_with("hazelcast.xml", xml, &environment(pairs))
}

fn accepted_with(xml: &str, pairs: &[(&str, &str)]) -> Config {
    let verdict = read_with(xml, pairs);
    assert!(verdict.messages.is_empty(), "{}", verdict.to_text());
    verdict.config.unwrap()
}

#[test]
fn every_setting_by_its_variable() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b" from file\n").unwrap();
    let secret = secret.path().to_str().unwrap();
    let config = accepted_with(
        &hazelcast(""),
        &[
            ("GEOSERVER_CLUSTER_ENABLED", "yes"),
            ("GEOSERVER_CLUSTER_NAME", "n"),
            ("GEOSERVER_CLUSTER_SECRET_FILE", secret),
            ("GEOSERVER_CLUSTER_INSTANCE_NAME", "i"),
            ("GEOSERVER_CLUSTER_PORT", "6000"),
            ("GEOSERVER_CLUSTER_PUBLIC_ADDRESS", "h:7000"),
            ("GEOSERVER_CLUSTER_INTERFACE", "10.1.*.*, 10.2.0.1"),
            ("GEOSERVER_CLUSTER_MULTICAST", "false"),
            ("GEOSERVER_CLUSTER_MEMBERS", "a, b:1"),
            ("GEOSERVER_CLUSTER_ORPHAN_GRACE_SECONDS", "0"),
            ("GEOSERVER_CLUSTER_FILES", "off"),
            ("GEOSERVER_CLUSTER_STATE_DIRECTORY", "/var/state"),
            ("GEOSERVER_CLUSTER_ACTIVE", "true"),
            ("GEOSERVER_CLUSTER_JOIN", "Merge"),
            ("GEOSERVER_CLUSTER_READ_ONLY", "on"),
            ("GEOSERVER_CLUSTER_SHARED_FILES", "data/**"),
            ("GEOSERVER_CLUSTER_NODE_LOCAL", "proxyBaseUrl"),
            ("GEOSERVER_CLUSTER_SECURITY", "no"),
            ("GEOSERVER_CLUSTER_LIBRARY_DIRECTORY", "/opt"),
            ("PATH", "/bin"),
        ],
    );
    assert!(config.is_active() && config.read_only);
    assert!(config.enabled && !config.files && !config.multicast.enabled && config.tcp_ip.enabled);
    assert_eq!((config.cluster_name.as_str(), config.secret.expose()), ("n", "from file"));
    assert!(!config.secret_is_public);
    assert_eq!(config.instance_name.as_deref(), Some("i"));
    assert_eq!(config.network.port, 6000);
    assert_eq!(config.network.port_source, Source::Environment("GEOSERVER_CLUSTER_PORT".to_owned()));
    assert_eq!(config.network.public_address.as_ref().unwrap().port, Some(7000));
    assert_eq!(config.network.interfaces.len(), 2);
    assert_eq!(
        config.tcp_ip.members.iter().map(|m| (m.host.as_str(), m.ports.clone())).collect::<Vec<_>>(),
        [("a", 6000..=6002), ("b", 1..=1)]
    );
    assert_eq!(config.tcp_ip.source.to_string(), "GEOSERVER_CLUSTER_MEMBERS");
    assert!(config.orphan_grace.is_zero());
    assert_eq!(config.state_directory.unwrap().to_str(), Some("/var/state"));
    assert_eq!(config.properties.get("geoserver.cluster.port").map(String::as_str), Some("6000"));
}

#[test]
fn system_property_over_variable_over_file() {
    let xml = hazelcast(
        "<properties><property name=\"geoserver.cluster.name\">file</property></properties><cluster-name>element</cluster-name>",
    );
    let name = |pairs: &[(&str, &str)]| accepted_with(&xml, pairs).cluster_name;
    assert_eq!(name(&[]), "file");
    assert_eq!(name(&[("GEOSERVER_CLUSTER_NAME", "variable")]), "variable");
    assert_eq!(name(&[("GEOSERVER_CLUSTER_NAME", "variable"), ("geoserver.cluster.name", "property")]), "property");
    // Scripts leave settings out by setting them to nothing.
    assert_eq!(name(&[("GEOSERVER_CLUSTER_NAME", " ")]), "file");
}

#[test]
fn members_replace_the_list_and_keep_its_bounds() {
    let xml = join(
        "<tcp-ip enabled=\"true\" connection-timeout-seconds=\"9\"><member>x</member></tcp-ip><multicast enabled=\"false\"/>",
    );
    let config = accepted_with(&xml, &[("GEOSERVER_CLUSTER_MEMBERS", "y")]);
    assert_eq!(config.tcp_ip.members.len(), 1);
    assert_eq!((config.tcp_ip.members[0].host.as_str(), config.tcp_ip.connection_timeout.as_secs()), ("y", 9));
}

#[test]
fn multicast_switched_on_takes_the_group_of_the_file() {
    let xml = join("<multicast enabled=\"false\"><multicast-group>224.9.9.9</multicast-group></multicast>");
    let multicast = accepted_with(&xml, &[("GEOSERVER_CLUSTER_MULTICAST", "true")]).multicast;
    assert_eq!((multicast.enabled, multicast.group.to_string().as_str()), (true, "224.9.9.9"));
}

#[test]
fn switched_off() {
    let verdict = read_with(&join("<multicast enabled=\"false\"/>"), &[("GEOSERVER_CLUSTER_ENABLED", "false")]);
    assert_messages(&verdict, &[]);
    assert_eq!(verdict.summary(), "accepted: switched off");
}

#[test]
fn secret_of_the_environment_wins_whichever_way_it_is_given() {
    let file =
        hazelcast("<properties><property name=\"geoserver.cluster.secret-file\">/nowhere</property></properties>");
    assert_eq!(accepted_with(&file, &[("GEOSERVER_CLUSTER_SECRET", "s")]).secret.expose(), "s");
    let group = hazelcast("<group><password>p</password></group>");
    let config = accepted_with(&group, &[("GEOSERVER_CLUSTER_SECRET", "s")]);
    assert_eq!(config.secret.expose(), "s");
    assert!(!format!("{config:?}").contains("\"s\""), "the secret is in {config:?}");
}

#[test]
fn mistakes_in_the_environment() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    std::fs::write(&empty, " \n").unwrap();
    let long = dir.path().join("long");
    std::fs::write(&long, "x".repeat(70_000)).unwrap();
    let (empty, long) = (empty.to_str().unwrap(), long.to_str().unwrap());
    for (name, value, expected) in [
        (
            "GEOSERVER_CLUSTER_PORT",
            "http",
            "0:0 error GEOSERVER_CLUSTER_PORT: \"http\" is not a whole number from 0 to 65535",
        ),
        (
            "geoserver.cluster.enabled",
            "maybe",
            "0:0 error geoserver.cluster.enabled: \"maybe\" is neither true nor false",
        ),
        ("GEOSERVER_CLUSTER_SECRET", "", "0:0 error GEOSERVER_CLUSTER_SECRET: is empty"),
        (
            "GEOSERVER_CLUSTER_SECRET_FILE",
            "/no/such/file",
            "0:0 error GEOSERVER_CLUSTER_SECRET_FILE: cannot read the secret from \"/no/such/file\": ",
        ),
        ("GEOSERVER_CLUSTER_SECRET_FILE", empty, "0:0 error GEOSERVER_CLUSTER_SECRET_FILE: "),
        ("GEOSERVER_CLUSTER_SECRET_FILE", long, "0:0 error GEOSERVER_CLUSTER_SECRET_FILE: "),
        ("GEOSERVER_CLUSTER_MEMBERS", "a,b c:x", "0:0 error GEOSERVER_CLUSTER_MEMBERS: \"c:x\" is not a host"),
        (
            "GEOSERVER_CLUSTER_INTERFACE",
            "10.*",
            "0:0 error GEOSERVER_CLUSTER_INTERFACE: \"10.*\" is not an address pattern",
        ),
        (
            "GEOSERVER_CLUSTER_SECERT",
            "x",
            "0:0 warning GEOSERVER_CLUSTER_SECERT: there is no such setting, ignored; did you mean GEOSERVER_CLUSTER_SECRET?",
        ),
        (
            "geoserver.cluster.nmae",
            "x",
            "0:0 warning geoserver.cluster.nmae: there is no such setting, ignored; did you mean geoserver.cluster.name?",
        ),
        // A service called geoserver-cluster, in the same namespace.
        (
            "GEOSERVER_CLUSTER_PORT",
            "tcp://10.0.0.1:5701",
            "0:0 warning GEOSERVER_CLUSTER_PORT: ignored: Kubernetes made it",
        ),
    ] {
        assert_messages(&read_with(&hazelcast(""), &[(name, value)]), &[expected]);
    }
    let links = [
        ("GEOSERVER_CLUSTER_SERVICE_HOST", "10.0.0.1"),
        ("GEOSERVER_CLUSTER_SERVICE_PORT", "1"),
        ("GEOSERVER_CLUSTER_PORT_5701_TCP", "tcp://10.0.0.1:5701"),
    ];
    assert_messages(&read_with(&hazelcast(""), &links), &[]);
}

#[test]
fn placeholders() {
    let xml = hazelcast(
        "<cluster-name>gs-${STAGE}-${stage.number}</cluster-name>\n<network><port auto-increment=\"${INCREMENT}\">${PORT}</port></network>",
    );
    let config =
        accepted_with(&xml, &[("STAGE", "test"), ("stage.number", "2"), ("INCREMENT", "false"), ("PORT", "6000")]);
    assert_eq!(
        (config.cluster_name.as_str(), config.network.port, config.network.auto_increment),
        ("gs-test-2", 6000, false)
    );
}

#[test]
fn placeholders_without_a_value() {
    for (name, expected) in [
        (
            "${STAGE}",
            "2:1 error cluster-name: no system property or environment variable \"STAGE\" for the placeholder ${STAGE}; set it",
        ),
        (
            "${STAGE:dev}",
            "2:1 error cluster-name: no system property or environment variable \"STAGE:dev\" for the placeholder ${STAGE:dev} (placeholders have no default values); set it",
        ),
        ("${STAGE", "2:1 error cluster-name: a placeholder ${ has no } at its end"),
    ] {
        assert_messages(&read_with(&hazelcast(&format!("<cluster-name>{name}</cluster-name>")), &[]), &[expected]);
    }
    // What is not looked at needs none.
    assert_messages(&read_with(&join("<multicast/><aws enabled=\"false\"><region>${REGION}</region></aws>"), &[]), &[]);
}
