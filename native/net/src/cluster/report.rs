// SPDX-License-Identifier: GPL-2.0-or-later
//! What is said of a member's state: the JSON of `status`, and the one line that GeoServer's module list shows.

use std::collections::BTreeMap;

use gs_cluster_config::Config;
use gs_cluster_core::{
    active::{Standing, Summary},
    entry::MapId,
    id::Peer,
    node::Node,
};
use serde::Serialize;

/// What of the configuration stands in the report.
#[derive(Clone, Debug)]
pub struct Report {
    cluster: String,
    secret_is_public: bool,
    own_certificates: bool,
    stays_alone: bool,
    active: bool,
    /// Active clustering was asked for, and is not on.
    refused: Option<&'static str>,
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
    #[serde(rename = "sentBytes")]
    sent_bytes: u64,
    shared: Option<Shared<'a>>,
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
    /// How it stands to the shared objects, as it said last.
    shared: Option<Share>,
}

/// What a member says of its part in active clustering.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Share {
    standing: &'static str,
    read_only: bool,
    objects: u64,
    pending: u64,
    failed: u64,
    /// Equal on members that have applied the same.
    checksum: String,
}

/// The same of this node, with what is to be known of it besides.
#[derive(Serialize)]
struct Shared<'a> {
    #[serde(flatten)]
    share: Share,
    conflicts: usize,
    failures: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Failed<'a> {
    key: &'a str,
    reason: &'a str,
    times: u32,
}

impl From<Summary> for Share {
    fn from(summary: Summary) -> Self {
        Self {
            standing: match summary.standing {
                Standing::Waiting => "waiting",
                Standing::Member => "member",
                Standing::Adopting => "adopting",
                Standing::Refused => "refused",
            },
            read_only: summary.read_only,
            objects: summary.objects,
            pending: summary.pending,
            failed: summary.failed,
            checksum: format!("{:016x}", summary.checksum),
        }
    }
}

impl Report {
    /// Notes what the configuration says.
    /// `refused`: why active clustering is not on though it was asked for.
    pub fn new(config: &Config, refused: Option<&'static str>) -> Self {
        Self {
            cluster: config.cluster_name.clone(),
            secret_is_public: config.secret_is_public,
            own_certificates: config.tls.is_some(),
            stays_alone: !config.has_discovery(),
            active: config.is_active(),
            refused,
        }
    }

    fn is_secure(&self) -> bool {
        !self.secret_is_public || self.own_certificates
    }

    /// The state as JSON. `sent_bytes`: since the start. `problems` by what has them.
    pub(super) fn json(&self, name: &str, node: &Node, sent_bytes: u64, problems: &BTreeMap<String, String>) -> String {
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
                shared: node.summary_of(peer.id).map(Share::from),
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
        warnings.extend(self.refused.map(str::to_owned));
        let status = Status {
            member: me.id.to_string(),
            name,
            address: me.addr.to_string(),
            cluster: &self.cluster,
            secure: self.is_secure(),
            active: self.active,
            sent_bytes,
            shared: self.active.then(|| shared(node)),
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
        let share =
            if self.active { share_in_words(&node.shared_summary(), node.has_asked_to_share()) } else { String::new() };
        format!("Cluster {}, node {name} at {}: {count}.{share}{warned}", self.cluster, node.me().addr)
    }
}

fn shared(node: &Node) -> Shared<'_> {
    Shared {
        share: node.shared_summary().into(),
        conflicts: node.replica().entries(MapId::CONFLICT).filter(|entry| !entry.is_tombstone()).count(),
        failures: node
            .shared_failures()
            .map(|(key, failure)| Failed { key, reason: &failure.reason, times: failure.times })
            .collect(),
    }
}

fn share_in_words(summary: &Summary, asked: bool) -> String {
    let only = if summary.read_only { ", read-only" } else { "" };
    match summary.standing {
        Standing::Waiting if !asked => " Active clustering: begins when GeoServer is up.".to_owned(),
        Standing::Waiting => " Active clustering: waits for the cluster.".to_owned(),
        Standing::Refused => {
            " Active clustering: this node's catalog is another one than the cluster's, and stays apart; \
                              set geoserver.cluster.join to adopt or merge."
                .to_owned()
        }
        Standing::Member | Standing::Adopting if summary.failed > 0 => format!(
            " Active clustering{only}: {} objects, {} to be applied, {} of them failed.",
            summary.objects, summary.pending, summary.failed
        ),
        Standing::Member | Standing::Adopting if summary.pending > 0 => {
            format!(" Active clustering{only}: {} objects, {} to be applied.", summary.objects, summary.pending)
        }
        Standing::Member | Standing::Adopting => {
            format!(" Active clustering{only}: {} objects, in step.", summary.objects)
        }
    }
}
