// SPDX-License-Identifier: GPL-2.0-or-later
//! What became of a configuration, for machines (JSON) and for people.

use std::fmt;

use serde::Serialize;

use crate::Config;

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The configuration is refused: the module stays off, GeoServer runs without it.
    Error,
    /// Something in it has no effect here, or not the one that may be expected.
    Warning,
    /// Worth knowing.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        })
    }
}

/// One remark about the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// How much it matters.
    pub severity: Severity,
    /// Line in the file, from 1; 0: it is about a system property or environment variable.
    pub line: u32,
    /// Column in the file in characters, from 1; 0 like the line.
    pub column: u32,
    /// Path of the element below the root (`network/join/aws`), or name of the property or variable.
    pub element: String,
    /// What is wrong, and what to do.
    pub text: String,
}

/// What became of a configuration.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Name of the file, for messages.
    pub path: String,
    /// None: refused; there is a message of [`Severity::Error`] at least.
    pub config: Option<Config>,
    /// In the order of the file; those about the environment last.
    pub messages: Vec<Message>,
}

impl Verdict {
    /// Whether the configuration is accepted.
    pub fn is_ok(&self) -> bool {
        self.config.is_some()
    }

    /// `{"ok":bool,"messages":[{"severity","line","column","element","text"}],"summary":"..."}`
    pub fn to_json(&self) -> String {
        let summary = self.summary();
        serde_json::json!({ "ok": self.is_ok(), "messages": self.messages, "summary": summary }).to_string()
    }

    /// One line per message, `FILE:line:column: warning: element: text`, and the summary as the last line. Each line
    /// ends in a line feed.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for message in &self.messages {
            if message.line > 0 {
                text.push_str(&format!("{}:{}:{}: ", self.path, message.line, message.column));
            } else {
                text.push_str("environment: ");
            }
            text.push_str(&format!("{}: {}: {}\n", message.severity, message.element, message.text));
        }
        text.push_str(&format!("{}: {}\n", self.path, self.summary()));
        text
    }

    /// One line: accepted or refused, and what the node would do.
    pub fn summary(&self) -> String {
        let count = |severity| self.messages.iter().filter(|m| m.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let Some(config) = &self.config else {
            let first = self.messages.iter().find(|m| m.severity == Severity::Error);
            let first = first.map_or_else(String::new, |m| match m.line {
                0 => format!("; {}: {}", m.element, m.text),
                line => format!("; line {line}: {}: {}", m.element, m.text),
            });
            return format!("refused, {}, {}{first}", plural(errors, "error"), plural(warnings, "warning"));
        };
        let warned = if warnings == 0 { String::new() } else { format!(" with {}", plural(warnings, "warning")) };
        if !config.enabled {
            return format!("accepted{warned}: switched off");
        }
        format!("accepted{warned}: {}", describe(config))
    }
}

fn plural(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

fn describe(config: &Config) -> String {
    let mut ways = Vec::new();
    if config.multicast.enabled {
        ways.push(format!("multicast {}", host_port(&config.multicast.group.to_string(), config.multicast.port)));
    }
    if config.tcp_ip.enabled {
        ways.push(plural(config.tcp_ip.members.len(), "listed member"));
    }
    if let Some(aws) = &config.aws {
        ways.push(format!("AWS EC2 in {}", aws.region.as_deref().unwrap_or("the instance's region")));
    }
    if let Some(kubernetes) = &config.kubernetes {
        ways.push(format!("DNS name {}", kubernetes.service_dns));
    }
    let ways = if ways.is_empty() { "nothing: it stays alone".to_owned() } else { ways.join(" and ") };
    let secret = if config.secret_is_public { "the public default secret" } else { "its own secret" };
    format!("cluster {} with {secret}, finds members by {ways}", config.cluster_name)
}

fn host_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
