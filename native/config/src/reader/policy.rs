// SPDX-License-Identifier: GPL-2.0-or-later
//! What becomes of the elements that have no counterpart here: ignored with a warning, or refused. The honoured ones
//! are listed for the documentation; the modules beside this one read them.

use super::{Place, Reader};
use crate::xml::Node;

/// What becomes of an element and all in it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// Says nothing: what it asks for is so anyway.
    Accept,
    /// Warned of, with the reason why it has no effect.
    Ignore(&'static str),
    /// Refused where `enabled`, whose default is given; warned of where not.
    RefuseEnabled(bool, &'static str),
    /// Refused.
    Refuse(&'static str),
}
use Rule::{Accept, Ignore, Refuse, RefuseEnabled};

/// Elements by name.
pub(crate) type Rules = &'static [(&'static str, Rule)];

const STRUCTURE: Rule = Ignore("only the map of WPS statuses is kept by this cluster");
const LOCAL_READS: Rule = Ignore("every node holds every status, and reads it locally");
const NO_BACKUPS: Rule = Ignore("every node holds every status, so there is no number of backups");
const NO_CLASSES: Rule = Ignore("no Java classes of Hazelcast's kind are run here");
const OWN_MERGE: Rule = Ignore("statuses merge by the order of their phases and the time of the change");
const OWN_STORE: Rule = Ignore("statuses always survive a restart, in the node's state directory");
const OWN_FORMAT: Rule = Ignore("statuses have one format of storage here");
const NO_EVICTION: Rule = Ignore("a status is removed when it expires, never for lack of room");
const NO_QUORUM: Rule =
    Ignore("a node goes on when others are gone; it never refuses to save a status for lack of members");
const NO_COMPUTE: Rule = Ignore("this cluster runs no queries or jobs of its own");
const OTHER_PORTS: Rule = Ignore("one TCP port carries everything here");

/// Below the root.
pub(crate) const TOP: Rules = &[
    ("import", Refuse("other files are not read from within this one; copy what they say into it, and remove this")),
    ("license-key", Ignore("no licence is needed")),
    ("management-center", Ignore("the state of the cluster is shown by GeoServer itself")),
    ("metrics", Ignore("measurements are not configured here")),
    ("instance-tracking", Ignore("no such file is written")),
    ("auditlog", Ignore("GeoServer's log says who joins and leaves; there is no separate audit log")),
    ("wan-replication", Ignore("there is no replication between clusters")),
    ("partition-group", Ignore("there are no partitions: every node holds every status")),
    ("executor-service", STRUCTURE),
    ("durable-executor-service", STRUCTURE),
    ("scheduled-executor-service", STRUCTURE),
    ("cardinality-estimator", STRUCTURE),
    ("queue", STRUCTURE),
    ("multimap", STRUCTURE),
    ("replicatedmap", STRUCTURE),
    ("cache", STRUCTURE),
    ("list", STRUCTURE),
    ("set", STRUCTURE),
    ("topic", STRUCTURE),
    ("reliable-topic", STRUCTURE),
    ("ringbuffer", STRUCTURE),
    ("semaphore", STRUCTURE),
    ("count-down-latch", STRUCTURE),
    ("lock", STRUCTURE),
    ("atomic-long", STRUCTURE),
    ("atomic-reference", STRUCTURE),
    ("flake-id-generator", STRUCTURE),
    ("pn-counter", STRUCTURE),
    ("vector-collection", STRUCTURE),
    ("event-journal", STRUCTURE),
    ("merkle-tree", STRUCTURE),
    ("crdt-replication", STRUCTURE),
    ("cp-subsystem", STRUCTURE),
    ("jobtracker", NO_COMPUTE),
    ("jet", NO_COMPUTE),
    ("sql", NO_COMPUTE),
    ("listeners", NO_CLASSES),
    ("serialization", NO_CLASSES),
    ("services", NO_CLASSES),
    ("integrity-checker", Ignore("there are no modules here whose integrity it could check")),
    ("native-memory", Ignore("memory is not configured here")),
    ("tpc", Ignore("threads are not configured here")),
    ("member-attributes", Ignore("members have no attributes here")),
    ("quorum", NO_QUORUM),
    ("split-brain-protection", NO_QUORUM),
    ("local-device", OWN_STORE),
    ("dynamic-configuration", Ignore("the configuration is read at the start and never written back")),
    ("external-data-store", Ignore("no database is used")),
    ("data-connection", Ignore("no database is used")),
    ("rest", Ignore("GeoServer's own REST interface is the only one")),
    (
        "security",
        RefuseEnabled(
            false,
            "Hazelcast's security realms and permissions are not supported, and running without what they promise would \
             be unsafe; set enabled to false, and protect the cluster by a secret of its own or by network/ssl",
        ),
    ),
    (
        "advanced-network",
        RefuseEnabled(false, "the advanced network is not supported; set enabled to false, and use network"),
    ),
    ("lite-member", RefuseEnabled(true, "every node holds data here, so none can be a lite member; remove it")),
    ("user-code-deployment", RefuseEnabled(true, "classes are never sent between nodes; set enabled to false")),
    ("user-code-namespaces", RefuseEnabled(true, "classes are never sent between nodes; set enabled to false")),
];

/// Below `persistence` and `hot-restart-persistence`.
pub(crate) const PERSISTENCE: Rules = &[(
    "encryption-at-rest",
    RefuseEnabled(
        false,
        "the node's state directory is not encrypted; set enabled to false, and put the directory on an encrypted disk",
    ),
)];
pub(crate) const PERSISTENCE_IGNORED: &str = "statuses always survive a restart, in the node's state directory";

/// Below `config-replacers`.
pub(crate) const REPLACERS: Rules =
    &[("replacer", Refuse("Java classes cannot replace texts here; use ${name} with a system property or variable"))];
pub(crate) const REPLACERS_IGNORED: &str = "a placeholder without a value is always an error here";

/// Below `network`.
pub(crate) const NETWORK: Rules = &[
    ("outbound-ports", Ignore("connections go out from any free port; let a firewall allow them by their target port")),
    ("failure-detector", Ignore("failures are detected by the members' own protocol, without ICMP")),
    ("rest-api", OTHER_PORTS),
    ("memcache-protocol", OTHER_PORTS),
    ("tpc-socket", OTHER_PORTS),
    (
        "socket-interceptor",
        RefuseEnabled(
            false,
            "a socket interceptor is a Java class, which cannot be run here, and leaving out its checks would be unsafe; \
             set enabled to false",
        ),
    ),
    (
        "symmetric-encryption",
        RefuseEnabled(
            false,
            "this encryption is not supported; set enabled to false: connections always use TLS, proved by the \
             cluster's secret (group/password or geoserver.cluster.secret)",
        ),
    ),
    (
        "member-address-provider",
        RefuseEnabled(
            false,
            "an address provider is a Java class, which cannot be run here; set enabled to false, and use \
             public-address and interfaces",
        ),
    ),
];

/// Below `join`.
pub(crate) const JOIN: Rules = &[
    (
        "gcp",
        RefuseEnabled(
            true,
            "discovery on Google Cloud is not supported; set enabled to false, and list members in tcp-ip or name a DNS \
             service in kubernetes",
        ),
    ),
    (
        "azure",
        RefuseEnabled(
            true,
            "discovery on Azure is not supported; set enabled to false, and list members in tcp-ip or name a DNS service \
             in kubernetes",
        ),
    ),
    (
        "eureka",
        RefuseEnabled(
            true,
            "discovery by Eureka is not supported; set enabled to false, and list members in tcp-ip or name a DNS \
             service in kubernetes",
        ),
    ),
];

/// Below `discovery-strategies`.
pub(crate) const STRATEGIES: Rules = &[
    ("node-filter", NO_CLASSES),
    (
        "discovery-strategy",
        RefuseEnabled(
            false,
            "a discovery strategy is a Java class, which cannot be run here; set enabled to false, and use multicast, \
             tcp-ip, aws or kubernetes",
        ),
    ),
];

/// Below the map of WPS statuses.
pub(crate) const STATUS_MAP: Rules = &[
    ("indexes", Accept),
    ("statistics-enabled", Ignore("statistics are not configured here")),
    ("per-entry-stats-enabled", Ignore("statistics are not configured here")),
    ("backup-count", NO_BACKUPS),
    ("async-backup-count", NO_BACKUPS),
    ("read-backup-data", LOCAL_READS),
    ("near-cache", LOCAL_READS),
    ("query-caches", LOCAL_READS),
    ("in-memory-format", OWN_FORMAT),
    ("storage-type", OWN_FORMAT),
    ("cache-deserialized-values", OWN_FORMAT),
    ("metadata-policy", OWN_FORMAT),
    ("optimize-queries", OWN_FORMAT),
    ("merge-policy", OWN_MERGE),
    ("eviction", NO_EVICTION),
    ("eviction-policy", NO_EVICTION),
    ("eviction-percentage", NO_EVICTION),
    ("max-size", NO_EVICTION),
    ("min-eviction-check-millis", NO_EVICTION),
    ("map-eviction-policy-class-name", NO_EVICTION),
    ("hot-restart", OWN_STORE),
    ("data-persistence", OWN_STORE),
    ("tiered-store", OWN_STORE),
    ("merkle-tree", OWN_MERGE),
    ("event-journal", STRUCTURE),
    ("wan-replication-ref", Ignore("there is no replication between clusters")),
    ("attributes", NO_CLASSES),
    ("entry-listeners", NO_CLASSES),
    ("partition-lost-listeners", NO_CLASSES),
    ("user-code-namespace", NO_CLASSES),
    ("quorum-ref", NO_QUORUM),
    ("split-brain-protection-ref", NO_QUORUM),
    ("partition-strategy", Ignore("there are no partitions: every node holds every status")),
    ("partition-attributes", Ignore("there are no partitions: every node holds every status")),
    (
        "map-store",
        RefuseEnabled(
            true,
            "a map store is a Java class, which cannot be run here; remove it: statuses survive a restart without it",
        ),
    ),
];

impl Reader<'_> {
    /// Applies the rule for an element. False: there is none.
    pub(crate) fn apply(&mut self, rules: Rules, node: Node<'_>) -> bool {
        let Some((_, rule)) = rules.iter().find(|(name, _)| *name == node.name()) else { return false };
        let place = Place::of(node);
        match rule {
            Accept => {}
            Ignore(why) => self.warn(&place, format!("ignored: {why}")),
            Refuse(why) => self.error(&place, *why),
            RefuseEnabled(default, why) => {
                if self.enabled(node, *default) {
                    self.error(&place, *why);
                } else {
                    self.warn(&place, "ignored: it is switched off, and not supported");
                }
            }
        }
        true
    }
}

/// The names of the rules.
pub(crate) fn names(rules: Rules) -> impl Iterator<Item = &'static str> {
    rules.iter().map(|(name, _)| *name)
}
