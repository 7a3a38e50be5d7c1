// SPDX-License-Identifier: GPL-2.0-or-later
//! The command line as its users see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;

use gs_cluster_cli::{OK, REFUSED, USAGE, run_in};
use gs_cluster_config::DEFAULT_XML;

/// Exit status and output.
fn gscluster(args: &[&str], environment: &[(&str, &str)]) -> (i32, String) {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let environment: BTreeMap<String, String> =
        environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let mut out = Vec::new();
    let status = run_in(&args, &environment, &mut out);
    (status, String::from_utf8(out).unwrap())
}

/// A file of this content, and its path.
fn file(content: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hazelcast.xml");
    std::fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (dir, path)
}

#[test]
fn accepted() {
    let (_dir, path) = file(DEFAULT_XML);
    let summary =
        "accepted: cluster gsWpsCluster with the public default secret, finds members by multicast 224.2.2.3:54327";
    assert_eq!(gscluster(&["check", &path], &[]), (OK, format!("{path}: {summary}\n")));
    let expected = format!("{{\"messages\":[],\"ok\":true,\"summary\":\"{summary}\"}}\n");
    assert_eq!(gscluster(&["check", "--json", &path], &[]), (OK, expected));
}

#[test]
fn refused() {
    let (_dir, path) = file("<hazelcast>\n<import/><map name=\"wpsExecutionStatusMap\"/></hazelcast>");
    let why = "import: other files are not read from within this one; copy what they say into it, and remove this";
    let expected = format!("{path}:2:1: error: {why}\n{path}: refused, 1 error, 0 warnings; line 2: {why}\n");
    assert_eq!(gscluster(&["check", &path], &[]), (REFUSED, expected));
}

#[test]
fn environment_and_system_properties_count() {
    let (_dir, path) =
        file("<hazelcast><cluster-name>${stage}</cluster-name><map name=\"wpsExecutionStatusMap\"/></hazelcast>");
    let (status, out) = gscluster(&["check", "-Dstage=test", &path], &[("GEOSERVER_CLUSTER_PORT", "x")]);
    assert_eq!(status, REFUSED);
    assert!(out.starts_with("environment: error: GEOSERVER_CLUSTER_PORT: \"x\" is not a whole number"), "{out}");
    assert_eq!(gscluster(&["check", "-Dstage=test", &path], &[]).0, OK);
    assert_eq!(gscluster(&["check", &path], &[("stage", "test")]).0, OK);
    assert_eq!(gscluster(&["check", &path], &[]).0, REFUSED);
}

#[test]
fn wrong_use() {
    let (_dir, path) = file(DEFAULT_XML);
    for args in
        [&["check"][..], &["check", "--yaml", &path], &["check", &path, &path], &["check", "-Dx", &path], &["dance"]]
    {
        let (status, out) = gscluster(args, &[]);
        assert_eq!(status, USAGE, "{args:?}");
        assert!(out.ends_with("; gscluster --help shows the commands\n"), "{out}");
    }
    let missing = format!("{path}.missing");
    let (status, out) = gscluster(&["check", &missing], &[]);
    assert_eq!(status, USAGE);
    assert!(out.starts_with(&format!("gscluster: cannot read {missing}: ")), "{out}");
    assert_eq!(gscluster(&["check", "--", "-Dno=such"], &[]).0, USAGE);
}

#[test]
fn help_and_version() {
    let (status, help) = gscluster(&["--help"], &[]);
    assert_eq!(status, OK);
    assert!(help.contains("gscluster check"));
    assert_eq!(gscluster(&[], &[]), (USAGE, help));
    assert_eq!(gscluster(&["--version"], &[]), (OK, format!("gscluster {}\n", env!("CARGO_PKG_VERSION"))));
}

/// The binary: its exit status is the library's.
#[test]
fn binary() {
    let (_dir, path) = file("<hazelcast>");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_gscluster")).args(["check", &path]).output().unwrap();
    assert_eq!(output.status.code(), Some(REFUSED));
    assert!(String::from_utf8(output.stdout).unwrap().contains("expected </hazelcast> for line 1"));
}
