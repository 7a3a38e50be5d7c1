// SPDX-License-Identifier: GPL-2.0-or-later
//! docs/configuration.md says what the reader does: its tables are those that the reader goes by.

use gs_cluster_config::Config;

const DOCUMENT: &str = include_str!("../../../docs/configuration.md");

fn assert_contains(table: &str) {
    assert!(DOCUMENT.contains(table), "docs/configuration.md lacks this table; put it in:\n{table}");
}

#[test]
fn tables_are_those_of_the_reader() {
    let (ignored, refused) = Config::elements_tables();
    assert_contains(&Config::settings_table());
    assert_contains(&ignored);
    assert_contains(&refused);
}

/// Each element that is honoured has its place in the document.
#[test]
fn honoured_elements_are_described() {
    let honoured = include_str!("everything.xml");
    for name in honoured.split('<').filter_map(|tag| tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next())
    {
        assert!(name.is_empty() || DOCUMENT.contains(name), "docs/configuration.md does not name {name}");
    }
}

#[test]
fn settings_are_named_alike() {
    for setting in Config::settings() {
        assert!(setting.name.starts_with("geoserver.cluster."), "{}", setting.name);
        assert!(setting.name.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '-')), "{}", setting.name);
        let variable: String = setting.variable();
        assert!(variable.chars().all(|c| c.is_ascii_uppercase() || c == '_'), "{variable}");
    }
}
