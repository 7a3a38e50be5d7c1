// SPDX-License-Identifier: GPL-2.0-or-later
//! The ways to read a configuration.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::reader::settings::SETTINGS;
use crate::verdict::{Message, Severity};
use crate::xml::MAX_BYTES;
use crate::{Config, Setting, Verdict, reader};

impl Config {
    /// Reads the text of hazelcast.xml. `path` only names it in messages. `env` gives the system property or, failing
    /// that, the environment variable of a name: for placeholders and for settings of our own.
    pub fn read(path: &str, xml: &str, env: &dyn Fn(&str) -> Option<String>) -> Verdict {
        reader::read(path, xml, env, std::iter::empty())
    }

    /// As [`Config::read`], with the environment at hand as a whole, so that misspelt names of settings are reported.
    pub fn read_with(path: &str, xml: &str, environment: &BTreeMap<String, String>) -> Verdict {
        reader::read(path, xml, &|name| environment.get(name).cloned(), environment.keys().map(String::as_str))
    }

    /// As [`Config::read_with`], for a file.
    ///
    /// # Errors
    /// The file cannot be read. That it is no UTF-8 or too long is part of the verdict.
    pub fn read_file(path: &Path, environment: &BTreeMap<String, String>) -> io::Result<Verdict> {
        let name = path.display().to_string();
        let mut bytes = Vec::new();
        // One byte more than is accepted, so that the reader sees that it is too long.
        File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(match std::str::from_utf8(&bytes) {
            Ok(xml) => Config::read_with(&name, xml, environment),
            // Cut within a character.
            Err(error) if bytes.len() > MAX_BYTES && error.error_len().is_none() => {
                Config::read_with(&name, &String::from_utf8_lossy(&bytes), environment)
            }
            Err(error) => not_utf8(name, bytes.get(..error.valid_up_to()).unwrap_or_default()),
        })
    }

    /// The settings of our own (`geoserver.cluster.*`), in the order of the documentation.
    pub fn settings() -> &'static [Setting] {
        SETTINGS
    }
}

fn not_utf8(path: String, valid: &[u8]) -> Verdict {
    let valid = String::from_utf8_lossy(valid);
    let (lines, last) =
        valid.rsplit_once('\n').map_or((0, &*valid), |(before, last)| (before.split('\n').count(), last));
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    let message = Message {
        severity: Severity::Error,
        line: number(lines),
        column: number(last.chars().count()),
        element: "hazelcast".to_owned(),
        text: "the file is not UTF-8 from here on; save it as UTF-8".to_owned(),
    };
    Verdict { path, config: None, messages: vec![message] }
}
