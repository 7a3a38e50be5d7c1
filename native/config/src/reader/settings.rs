// SPDX-License-Identifier: GPL-2.0-or-later
//! Settings of our own, `geoserver.cluster.*`: one table that is read from the file's properties and the environment,
//! and that the documentation shows.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::draft::Draft;
use super::properties::Property;
use super::{Place, Reader, Value, closest, network};
use crate::Secret;

/// Start of the name of each setting.
pub(crate) const PREFIX: &str = "geoserver.cluster.";
const VARIABLE_PREFIX: &str = "GEOSERVER_CLUSTER_";
const SECRET: &str = "geoserver.cluster.secret";
const SECRET_FILE: &str = "geoserver.cluster.secret-file";
const PORT: &str = "geoserver.cluster.port";
/// Most bytes of a file that holds a secret; more is not a secret but a mistake.
const MAX_SECRET_FILE: u64 = 64 * 1024;

/// A setting of our own.
pub struct Setting {
    /// As property of the file and as system property.
    pub name: &'static str,
    /// What it does, and what it may be.
    pub meaning: &'static str,
    /// What holds when it is not given.
    pub default: &'static str,
    /// False: it matters before the file is read, so only a system property or variable can set it.
    pub in_file: bool,
    apply: fn(&mut Reader<'_>, &mut Draft, &Value),
}

impl Setting {
    /// Name of the environment variable: `GEOSERVER_CLUSTER_SECRET_FILE` for `geoserver.cluster.secret-file`.
    pub fn variable(&self) -> String {
        self.name.replace(['.', '-'], "_").to_ascii_uppercase()
    }
}

const fn setting(
    name: &'static str,
    meaning: &'static str,
    default: &'static str,
    apply: fn(&mut Reader<'_>, &mut Draft, &Value),
) -> Setting {
    Setting { name, meaning, default, in_file: true, apply }
}

/// Of active clustering: GeoServer decides which beans it has before it knows where its data directory is, and the file.
const fn beforehand(
    name: &'static str,
    meaning: &'static str,
    default: &'static str,
    apply: fn(&mut Reader<'_>, &mut Draft, &Value),
) -> Setting {
    Setting { name, meaning, default, in_file: false, apply }
}

/// All settings, in the order of the documentation.
pub(crate) const SETTINGS: &[Setting] = &[
    setting(
        "geoserver.cluster.enabled",
        "`false` switches the module off: GeoServer runs as if it were not installed.",
        "true",
        |reader, draft, value| draft.config.enabled = reader.flag(value).unwrap_or_default(),
    ),
    setting(
        "geoserver.cluster.name",
        "Name of the cluster. Nodes with different names never share anything.",
        "the file's `cluster-name` or `group/name`",
        |reader, draft, value| {
            if let Some(name) = reader.label(value) {
                draft.config.cluster_name = name;
            }
        },
    ),
    setting(
        SECRET,
        "Secret that nodes prove to each other. The same on all nodes.",
        "the file's `group/password`, else the public one",
        |_, draft, value| draft.config.secret = Secret::new(value.text.clone()),
    ),
    setting(
        SECRET_FILE,
        "File that holds the secret (a container's secret, say); blanks and line feeds around it are left out. Not \
         together with `secret`.",
        "none",
        secret_file,
    ),
    setting(
        "geoserver.cluster.instance-name",
        "Name of this node in logs and pages. The system property or variable also names the default of `state-directory`.",
        "the file's `instance-name`, else made of host name and port",
        |reader, draft, value| draft.config.instance_name = reader.label(value),
    ),
    setting(
        PORT,
        "First TCP port to listen on, 0 to 65535; 0 takes any free one.",
        "the file's `network/port`, else 5701",
        |reader, draft, value| {
            if let Some(port) = reader.number(value, 0..=u16::MAX) {
                draft.config.network.port = port;
                draft.config.network.port_source = value.place.source();
            }
        },
    ),
    setting(
        "geoserver.cluster.public-address",
        "Address that other nodes dial, `host` or `host:port`, where it differs from the one listened on.",
        "the file's `network/public-address`",
        |reader, draft, value| draft.config.network.public_address = network::public_address(reader, value),
    ),
    setting(
        "geoserver.cluster.interface",
        "Patterns of the addresses of this machine to use, separated by commas (`10.3.10.*`, `10.3.10.4-18`).",
        "the file's `network/interfaces`, else all",
        |reader, draft, value| {
            draft.config.network.interfaces = value.items().filter_map(|item| reader.parsed(&item)).collect();
            draft.config.network.interfaces_source = value.place.source();
        },
    ),
    setting(
        "geoserver.cluster.multicast",
        "`true` or `false`: find nodes by multicast.",
        "the file's `network/join/multicast`, else true",
        |reader, draft, value| {
            draft.config.multicast.enabled = reader.flag(value).unwrap_or_default();
            draft.config.multicast.source = value.place.source();
        },
    ),
    setting(
        "geoserver.cluster.members",
        "Members to dial, separated by commas (`10.0.0.1`, `10.0.0.2:5702`, `10.0.0.10-20`, `node3.example.org`). \
         Replaces the file's list and switches `tcp-ip` on.",
        "the file's `network/join/tcp-ip`",
        members,
    ),
    setting(
        "geoserver.cluster.orphan-grace-seconds",
        "How long a node must be gone before its running processes are declared failed, 0 to 86400.",
        "30",
        |reader, draft, value| {
            if let Some(grace) = reader.seconds(value, 0..=86_400) {
                draft.config.orphan_grace = grace;
            }
        },
    ),
    setting(
        "geoserver.cluster.files",
        "`false` neither serves WPS outputs to other nodes nor fetches theirs: for nodes that share one folder.",
        "true",
        |reader, draft, value| draft.config.files = reader.flag(value).unwrap_or_default(),
    ),
    setting(
        "geoserver.cluster.state-directory",
        "Absolute path of the directory in which this node, and no other, keeps its state over a restart.",
        "`cluster-state/<name>` in the data directory, where the name is the instance's or else the host's",
        |reader, draft, value| {
            if Path::new(&value.text).is_absolute() {
                draft.config.state_directory = Some(value.text.clone().into());
            } else {
                reader.error(&value.place, format!("{:?} is not an absolute path", value.text));
            }
        },
    ),
    beforehand(
        "geoserver.cluster.active",
        "`true` shares catalog, configuration and files with the other nodes. Needs a secret of your own.",
        "false",
        |reader, draft, value| draft.config.active = reader.flag(value).unwrap_or_default(),
    ),
    beforehand(
        "geoserver.cluster.join",
        "What a node does with its own catalog when it joins one that differs, as for the first time: `refuse`, `adopt` \
         (become like the cluster, after a backup) or `merge` (of what both have the later stays).",
        "refuse",
        |reader, _, value| {
            if !["refuse", "adopt", "merge"].contains(&value.text.to_ascii_lowercase().as_str()) {
                reader.error(&value.place, format!("{:?} is none of refuse, adopt and merge", value.text));
            }
        },
    ),
    beforehand(
        "geoserver.cluster.read-only",
        "`true`: this node takes what the others change, and its own changes are undone.",
        "false",
        |reader, draft, value| draft.config.read_only = reader.flag(value).unwrap_or_default(),
    ),
    beforehand(
        "geoserver.cluster.shared-files",
        "Patterns of further files below the data directory to share, separated by commas (`data/roads/**`).",
        "none",
        // Read by the Java side, as the two that follow.
        |_, _, _| {},
    ),
    beforehand(
        "geoserver.cluster.node-local",
        "Names of further settings that stay each node's own, separated by commas; with a minus before it, one that is taken \
         off the [list](active-clustering.md).",
        "none",
        |_, _, _| {},
    ),
    beforehand(
        "geoserver.cluster.security",
        "`true` shares the security configuration too, as one set; `keystore` with the keystore and the master password.",
        "false",
        |reader, _, value| {
            if !value.text.eq_ignore_ascii_case("keystore") {
                // An error, if it is one, is all that is of interest here.
                let _ = reader.flag(value);
            }
        },
    ),
    Setting {
        name: "geoserver.cluster.library-directory",
        meaning: "Directory into which the native library is unpacked, where the temporary one is mounted noexec or \
                  read-only.",
        default: "the temporary directory",
        in_file: false,
        // Taken by the loader, before this code exists in the process.
        apply: |_, _, _| {},
    },
];

/// The settings that were given, by name.
pub(super) struct Given(BTreeMap<&'static str, (&'static Setting, Value)>);

impl Given {
    /// Whether the setting is there and true. Errors are reported when it is applied.
    pub(super) fn switches_on(&self, name: &str) -> bool {
        let value = self.0.get(format!("{PREFIX}{name}").as_str());
        value.is_some_and(|(_, value)| matches!(value.text.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on"))
    }
}

/// Finds the settings: from the file, overridden by system properties, then by environment variables of their name.
pub(super) fn collect(reader: &mut Reader<'_>, properties: Vec<Property>) -> Given {
    let mut given = BTreeMap::new();
    for (name, value) in properties {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let mean = closest::suggestion(&name, &names());
            reader.error(&value.place, format!("there is no such setting; correct or remove it{mean}"));
            continue;
        };
        if !setting.in_file {
            let text = "matters before this file is read; set it as a system property or environment variable";
            reader.error(&value.place, text);
        } else if given.contains_key(setting.name) {
            reader.error(&value.place, "occurs a second time; keep one of them");
        } else {
            given.insert(setting.name, (setting, value));
        }
    }
    for setting in SETTINGS {
        if let Some(value) = from_environment(reader, setting) {
            given.insert(setting.name, (setting, value));
        }
    }
    one_secret(reader, &mut given);
    Given(given)
}

fn names() -> Vec<&'static str> {
    SETTINGS.iter().map(|setting| setting.name).collect()
}

fn from_environment(reader: &mut Reader<'_>, setting: &Setting) -> Option<Value> {
    for name in [setting.name.to_owned(), setting.variable()] {
        let Some(text) = reader.env(&name) else { continue };
        let value = Value { text: text.trim().to_owned(), place: Place { position: None, name } };
        if value.text.is_empty() {
            // An empty variable is how scripts leave a setting out; a secret that got lost on the way must not be.
            if [SECRET, SECRET_FILE].contains(&setting.name) {
                reader.error(&value.place, "is empty; give the secret, or unset it");
            }
            continue;
        }
        if setting.name == PORT && value.text.starts_with("tcp://") {
            let text = "ignored: Kubernetes made it for a service of the name geoserver-cluster; rename the service, or \
                        set enableServiceLinks to false, to use this variable";
            reader.warn(&value.place, text);
            continue;
        }
        return Some(value);
    }
    None
}

/// Of the two ways to give a secret the one of the environment overrides that of the file; two in one place are a
/// mistake.
fn one_secret(reader: &mut Reader<'_>, given: &mut BTreeMap<&'static str, (&'static Setting, Value)>) {
    let (Some((_, secret)), Some((_, file))) = (given.get(SECRET), given.get(SECRET_FILE)) else { return };
    if secret.place.position.is_none() == file.place.position.is_none() {
        let text = format!("the secret is given by {} too; remove one of them", secret.place.name);
        reader.error(&file.place, text);
    } else {
        let overridden = if secret.place.position.is_some() { SECRET } else { SECRET_FILE };
        given.remove(overridden);
    }
}

/// Puts the settings over what the file's elements say.
pub(super) fn apply(reader: &mut Reader<'_>, draft: &mut Draft, given: Given) {
    for (name, (setting, value)) in given.0 {
        (setting.apply)(reader, draft, &value);
        if name != SECRET {
            draft.config.properties.insert(name.to_owned(), value.text);
        }
    }
}

fn secret_file(reader: &mut Reader<'_>, draft: &mut Draft, value: &Value) {
    let mut text = String::new();
    let read = File::open(&value.text).and_then(|file| file.take(MAX_SECRET_FILE + 1).read_to_string(&mut text));
    match read {
        Err(error) => {
            let text = format!("cannot read the secret from {:?}: {error}; check path and permissions", value.text);
            reader.error(&value.place, text);
        }
        Ok(size) if size as u64 > MAX_SECRET_FILE => {
            reader.error(&value.place, format!("{:?} has more than {MAX_SECRET_FILE} bytes: not a secret", value.text));
        }
        Ok(_) if text.trim().is_empty() => {
            reader.error(&value.place, format!("{:?} is empty; put the secret in it", value.text))
        }
        Ok(_) => draft.config.secret = Secret::new(text.trim()),
    }
}

fn members(reader: &mut Reader<'_>, draft: &mut Draft, value: &Value) {
    draft.clear_members();
    for item in value.items() {
        draft.add_member(reader, &item);
    }
    draft.config.tcp_ip.enabled = true;
    draft.config.tcp_ip.source = value.place.source();
}

/// Warns of names that look like settings and are none.
pub(super) fn check_names<'a>(reader: &mut Reader<'_>, environment: impl Iterator<Item = &'a str>) {
    let variables: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    for name in environment {
        let known = if name.starts_with(PREFIX) {
            &names()
        } else if name.starts_with(VARIABLE_PREFIX) && !is_service_link(name) {
            &variables
        } else {
            continue;
        };
        if !known.contains(&name) {
            let mean = closest::suggestion(name, known);
            let place = Place { position: None, name: name.to_owned() };
            reader.warn(&place, format!("there is no such setting, ignored{mean}"));
        }
    }
}

/// What Kubernetes puts into the environment for a service that is called geoserver-cluster.
fn is_service_link(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(VARIABLE_PREFIX) else { return false };
    let numbered = rest.strip_prefix("PORT_").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    numbered || rest == "SERVICE_HOST" || rest.starts_with("SERVICE_PORT")
}
