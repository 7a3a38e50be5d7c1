// SPDX-License-Identifier: GPL-2.0-or-later
//! What is said of a member's state: the JSON of `status`, and the one line that GeoServer's module list shows.

use std::collections::BTreeMap;

use gs_cluster_config::Config;
use gs_cluster_core::{id::Peer, node::Node};
use serde::Serialize;

/// What of the configuration stands in the report.
#[derive(Clone, Debug)]
pub struct Report {
    cluster: String,
    secret_is_public: bool,
    own_certificates: bool,
    stays_alone: bool,
}

#[derive(Serialize)]
struct Status<'a> {
    member: String,
    name: &'a str,
    address: String,
    cluster: &'a str,
    secure: bool,
    active: bool,
    members: Vec<Member>,
    entries: usize,
    tombstones: usize,
    warnings: &'a [String],
    summary: String,
}

#[derive(Serialize)]
struct Member {
    id: String,
    name: String,
    address: String,
    #[serde(rename = "self")]
    is_self: bool,
    since: Option<u64>,
}

impl Report {
    /// Notes what the configuration says.
    pub fn new(config: &Config) -> Self {
        Self {
            cluster: config.cluster_name.clone(),
            secret_is_public: config.secret_is_public,
            own_certificates: config.tls.is_some(),
            stays_alone: !config.has_discovery(),
        }
    }

    fn is_secure(&self) -> bool {
        !self.secret_is_public || self.own_certificates
    }

    /// The state as JSON. `problems` by what has them.
    pub(super) fn json(&self, name: &str, node: &Node, problems: &BTreeMap<String, String>) -> String {
        let me = node.me();
        let mut members: Vec<_> = node.members().copied().chain([me]).collect();
        members.sort_by_key(|p| p.id);
        let member = |peer: &Peer| {
            let description = node.description(peer.id);
            Member {
                id: peer.id.to_string(),
                name: description.as_ref().map_or_else(|| peer.addr.to_string(), |d| d.name.clone()),
                address: peer.addr.to_string(),
                is_self: peer.id == me.id,
                since: description.map(|d| d.started_ms),
            }
        };
        let mut warnings: Vec<_> = problems.values().cloned().collect();
        if !self.is_secure() {
            warnings.push(
                "The cluster secret is the documented default, which everybody knows: anyone who reaches the port can \
                 join. Set <group><password> in hazelcast.xml, or GEOSERVER_CLUSTER_SECRET, to one of your own on all nodes."
                    .to_owned(),
            );
        }
        let status = Status {
            member: me.id.to_string(),
            name,
            address: me.addr.to_string(),
            cluster: &self.cluster,
            secure: self.is_secure(),
            // Catalog and configuration are not replicated by this version.
            active: false,
            entries: node.replica().live(),
            tombstones: node.replica().tombstones(),
            summary: self.summary(name, node, &members, &warnings),
            members: members.iter().map(member).collect(),
            warnings: &warnings,
        };
        serde_json::to_string(&status).unwrap_or_default()
    }

    fn summary(&self, name: &str, node: &Node, members: &[Peer], warnings: &[String]) -> String {
        let others = members.len() - 1;
        let count = match others {
            0 if self.stays_alone => "alone, because no discovery is enabled".to_owned(),
            0 => "no other node found yet".to_owned(),
            1 => "2 nodes".to_owned(),
            n => format!("{} nodes", n + 1),
        };
        let warned = match warnings.len() {
            0 => String::new(),
            _ => format!(" {}", warnings.join(" ")),
        };
        format!("Cluster {}, node {name} at {}: {count}.{warned}", self.cluster, node.me().addr)
    }
}
