// SPDX-License-Identifier: GPL-2.0-or-later
//! Reads hazelcast.xml and the environment into a [`Config`].
//!
//! The file is Hazelcast's: an administrator keeps the one that is there. Each element is honoured, ignored with a
//! warning, or refused with line, column and what to do; nothing is dropped in silence. `docs/configuration.md` lists
//! them.
//!
//! ```
//! use gs_cluster_config::{Config, DEFAULT_XML};
//! let verdict = Config::read("hazelcast.xml", DEFAULT_XML, &|_| None);
//! assert!(verdict.messages.is_empty());
//! assert!(verdict.config.is_some_and(|config| config.multicast.enabled));
//! ```
#![forbid(unsafe_code)]

mod address;
mod documentation;
mod model;
mod read;
mod reader;
mod secret;
mod verdict;
mod xml;

pub use address::AddressPattern;
pub use model::{
    Aws, AwsTag, Config, DEFAULT_CLUSTER_NAME, DEFAULT_PORT, DEFAULT_SECRET, Kubernetes, MAX_MEMBERS, MemberSpec,
    Multicast, Network, PublicAddress, Source, StatusMap, TcpIp, Tls,
};
pub use reader::settings::Setting;
pub use secret::Secret;
pub use verdict::{Message, Severity, Verdict};

/// What is written as hazelcast.xml in GeoServer's data directory when there is none.
pub const DEFAULT_XML: &str = include_str!("hazelcast.xml");
