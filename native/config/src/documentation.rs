// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables of docs/configuration.md, out of what the reader goes by.

use crate::Config;
use crate::reader::policy::{self, Rule};

impl Config {
    /// The table of settings, as Markdown.
    pub fn settings_table() -> String {
        let mut table = String::from("| Setting | Environment variable | Meaning | Default |\n|---|---|---|---|\n");
        for setting in Config::settings() {
            let only = if setting.in_file { "" } else { " Not in the file." };
            table.push_str(&format!(
                "| `{}` | `{}` | {}{only} | {} |\n",
                setting.name,
                setting.variable(),
                setting.meaning,
                setting.default
            ));
        }
        table
    }

    /// The tables of elements that are ignored, and that are refused, as Markdown.
    pub fn elements_tables() -> (String, String) {
        let mut ignored = String::from("| Element | Why |\n|---|---|\n");
        let mut refused = String::from("| Element | Refused | Why, and what to do |\n|---|---|---|\n");
        for parent in ["persistence", "hot-restart-persistence"] {
            ignored.push_str(&format!("| `{parent}` | {} |\n", policy::PERSISTENCE_IGNORED));
        }
        ignored.push_str(&format!("| `config-replacers` | {} |\n", policy::REPLACERS_IGNORED));
        let groups = [
            ("", policy::TOP),
            ("persistence/", policy::PERSISTENCE),
            ("config-replacers/", policy::REPLACERS),
            ("network/", policy::NETWORK),
            ("network/join/", policy::JOIN),
            ("network/join/discovery-strategies/", policy::STRATEGIES),
            ("map/", policy::STATUS_MAP),
        ];
        for (parent, rules) in groups {
            for (name, rule) in rules {
                match rule {
                    Rule::Accept => {}
                    Rule::Ignore(why) => ignored.push_str(&format!("| `{parent}{name}` | {why} |\n")),
                    Rule::Refuse(why) => refused.push_str(&format!("| `{parent}{name}` | always | {why} |\n")),
                    Rule::RefuseEnabled(default, why) => {
                        let when = if *default { "unless `enabled=\"false\"`" } else { "when `enabled=\"true\"`" };
                        refused.push_str(&format!("| `{parent}{name}` | {when} | {why} |\n"));
                    }
                }
            }
        }
        (ignored, refused)
    }
}
