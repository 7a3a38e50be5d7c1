// SPDX-License-Identifier: GPL-2.0-or-later
//! The configuration of a node: plain data, complete with defaults, checked against its bounds.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use crate::{AddressPattern, Secret};

/// The cluster name of a file that names none: the one of the file that is written when hazelcast.xml is missing.
pub const DEFAULT_CLUSTER_NAME: &str = "gsWpsCluster";
/// The secret of a file that names none. Everybody knows it: [`Config::secret_is_public`] says so.
pub const DEFAULT_SECRET: &str = "geoserver";
/// The first TCP port that a node tries to listen on.
pub const DEFAULT_PORT: u16 = 5701;

/// Where a setting comes from, so that a later failure (a port that is taken, a region that does not answer) can name
/// the line to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    #[default]
    Default,
    /// hazelcast.xml; line and column are 1-based.
    File {
        /// Line of the element.
        line: u32,
        /// Column of the element, in characters.
        column: u32,
    },
    /// A system property or an environment variable, with its name.
    Environment(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File { line, .. } => write!(f, "hazelcast.xml, line {line}"),
            Source::Environment(name) => f.write_str(name),
        }
    }
}

/// The configuration of a node. [`Config::default`] is what the default hazelcast.xml says.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// False: the module stays off, GeoServer runs as if it were not installed.
    pub enabled: bool,
    /// Nodes with different names never share anything. 1 to 255 bytes.
    pub cluster_name: String,
    /// Proves membership; nodes with different secrets refuse each other. Never empty.
    pub secret: Secret,
    /// True: the secret is one that is printed in documentation, or none was given. Good for WPS statuses in a trusted
    /// network, and to be reported as insecure.
    pub secret_is_public: bool,
    /// The name under which the node shows in logs and pages; None: the node makes one of host name and port.
    pub instance_name: Option<String>,
    /// Listening and own address.
    pub network: Network,
    /// Discovery by multicast.
    pub multicast: Multicast,
    /// Discovery by a list of members.
    pub tcp_ip: TcpIp,
    /// Discovery by the instances of AWS EC2; None: off.
    pub aws: Option<Aws>,
    /// Discovery by the DNS name of a headless Kubernetes service; None: off.
    pub kubernetes: Option<Kubernetes>,
    /// The operator's own certificates; None: TLS with a certificate of the node's own making.
    pub tls: Option<Tls>,
    /// Life of the WPS statuses.
    pub status_map: StatusMap,
    /// How long a node must be gone before its running processes are declared failed. 0 s to 1 day.
    pub orphan_grace: Duration,
    /// Node-local directory of the durable store; None: the host's choice.
    pub state_directory: Option<PathBuf>,
    /// Whether WPS outputs are served to, and fetched from, other nodes. Off where all nodes share one folder.
    pub files: bool,
    /// Whether catalog, configuration and files are shared with the other nodes. Not with a public secret, whatever this
    /// says: see [`Config::is_active`].
    pub active: bool,
    /// Whether this node takes what the others change and publishes nothing.
    pub read_only: bool,
    /// Settings of our own (`geoserver.cluster.*`) that were given, by name, the overriding value of each; the secret
    /// is left out.
    pub properties: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            enabled: true,
            cluster_name: DEFAULT_CLUSTER_NAME.to_owned(),
            secret: Secret::new(DEFAULT_SECRET),
            secret_is_public: true,
            instance_name: None,
            network: Network::default(),
            multicast: Multicast::default(),
            tcp_ip: TcpIp::default(),
            aws: None,
            kubernetes: None,
            tls: None,
            status_map: StatusMap::default(),
            orphan_grace: Duration::from_secs(30),
            state_directory: None,
            files: true,
            active: false,
            read_only: false,
            properties: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Whether this node takes part in active clustering: never with a secret that everybody knows, for then any two
    /// installations that meet would be one, and contents would be sealed with a key that everybody has.
    pub fn is_active(&self) -> bool {
        self.active && !self.secret_is_public
    }

    /// Whether any way to find other nodes is on. False is a deliberate single node.
    pub fn has_discovery(&self) -> bool {
        self.multicast.enabled || self.tcp_ip.enabled || self.aws.is_some() || self.kubernetes.is_some()
    }
}

/// Where the node listens, and what it tells others to dial.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// First port to try; 0 lets the system choose one.
    pub port: u16,
    /// Whether the following ports are tried when it is taken.
    pub auto_increment: bool,
    /// How many ports are tried, the first included. At least 1; what lies above 65535 is not tried.
    pub port_count: u16,
    /// Address that others dial, where it differs from the one listened on (NAT, container).
    pub public_address: Option<PublicAddress>,
    /// SO_REUSEADDR on the listening socket.
    pub reuse_address: bool,
    /// The own address must match one of these; empty: any address of the machine.
    pub interfaces: Vec<AddressPattern>,
    /// Listen on all addresses of the machine (true), or only on the chosen one.
    pub bind_any: bool,
    /// Where the port was set.
    pub port_source: Source,
    /// Where the interfaces were set.
    pub interfaces_source: Source,
}

impl Default for Network {
    fn default() -> Self {
        Network {
            port: DEFAULT_PORT,
            auto_increment: true,
            port_count: 100,
            public_address: None,
            reuse_address: false,
            interfaces: Vec::new(),
            bind_any: true,
            port_source: Source::Default,
            interfaces_source: Source::Default,
        }
    }
}

impl Network {
    /// The ports to try to listen on, in order: one without `auto_increment` or for port 0, never above 65535.
    pub fn ports(&self) -> RangeInclusive<u16> {
        if self.auto_increment && self.port != 0 {
            self.port..=self.port.saturating_add(self.port_count.saturating_sub(1))
        } else {
            self.port..=self.port
        }
    }
}

/// What other nodes are told to dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress {
    /// Host name or IP address (IPv6 without brackets).
    pub host: String,
    /// None: the port listened on.
    pub port: Option<u16>,
    /// Where it was set.
    pub source: Source,
}

/// Discovery by multicast.
#[derive(Debug, Clone, PartialEq)]
pub struct Multicast {
    /// On?
    pub enabled: bool,
    /// A multicast address, IPv4 or IPv6.
    pub group: IpAddr,
    /// UDP port, 1 to 65535.
    pub port: u16,
    /// How many routers a beacon may cross, 0 to 255.
    pub ttl: u8,
    /// Beacons from addresses that match none of these are ignored; empty: all are heard.
    pub trusted_interfaces: Vec<AddressPattern>,
    /// Where it was set.
    pub source: Source,
}

impl Default for Multicast {
    fn default() -> Self {
        Multicast {
            enabled: true,
            group: IpAddr::V4(Ipv4Addr::new(224, 2, 2, 3)),
            port: 54327,
            ttl: 32,
            trusted_interfaces: Vec::new(),
            source: Source::Default,
        }
    }
}

/// Discovery by a list of members. One of them that is alive is enough.
#[derive(Debug, Clone, PartialEq)]
pub struct TcpIp {
    /// On?
    pub enabled: bool,
    /// At most [`MAX_MEMBERS`], ranges already expanded.
    pub members: Vec<MemberSpec>,
    /// A member without which no cluster is formed.
    pub required_member: Option<MemberSpec>,
    /// Bound of one attempt to connect. 1 s to 1 h.
    pub connection_timeout: Duration,
    /// Where it was set.
    pub source: Source,
}

/// Most members that a list may name once ranges are expanded: ten /24 networks, far beyond a full mesh's use, and few
/// enough to dial.
pub const MAX_MEMBERS: usize = 2560;

impl Default for TcpIp {
    fn default() -> Self {
        TcpIp {
            enabled: false,
            members: Vec::new(),
            required_member: None,
            connection_timeout: Duration::from_secs(5),
            source: Source::Default,
        }
    }
}

/// A host and the ports on which a member may listen there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MemberSpec {
    /// Host name or IP address (IPv6 without brackets).
    pub host: String,
    /// One port where the list names it, else the first few ports from [`Network::port`] on.
    pub ports: RangeInclusive<u16>,
}

/// Discovery by the instances of AWS EC2 (DescribeInstances).
#[derive(Debug, Clone, PartialEq)]
pub struct Aws {
    /// None: the credentials of the instance role.
    pub access_key: Option<String>,
    /// Given if and only if `access_key` is.
    pub secret_key: Option<Secret>,
    /// None: the region of the instance that this runs on.
    pub region: Option<String>,
    /// Name of the instance role; None: the one that the instance has.
    pub iam_role: Option<String>,
    /// Endpoint of the EC2 service: a host name, `host:port`, or an `http://` or `https://` address of these; None: the
    /// public endpoint of the region.
    pub host_header: Option<String>,
    /// Only instances of this security group.
    pub security_group: Option<String>,
    /// Only instances that have all of these tags.
    pub tags: Vec<AwsTag>,
    /// Ports to dial on each instance found.
    pub ports: RangeInclusive<u16>,
    /// Dial the public address of the instances instead of the private one.
    pub use_public_ip: bool,
    /// Bound of a connection to AWS. 1 s to 1 h.
    pub connection_timeout: Duration,
    /// Bound of an answer of AWS. 1 s to 1 h.
    pub read_timeout: Duration,
    /// How many times a failed call is repeated before it is reported. 0 to 100.
    pub connection_retries: u32,
    /// Where it was set.
    pub source: Source,
}

/// A tag that instances must have. At least one of the two is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsTag {
    /// None: any key with this value.
    pub key: Option<String>,
    /// None: any value of this key.
    pub value: Option<String>,
}

/// Discovery by the DNS name of a headless Kubernetes service.
#[derive(Debug, Clone, PartialEq)]
pub struct Kubernetes {
    /// DNS name whose addresses are the members.
    pub service_dns: String,
    /// Bound of one look-up. 1 s to 1 h.
    pub service_dns_timeout: Duration,
    /// Ports to dial on each address: the one that the file names, else the first few from [`Network::port`] on.
    pub ports: RangeInclusive<u16>,
    /// Where it was set.
    pub source: Source,
}

/// The operator's own certificates. Authentication is mutual: each node shows its certificate, and each accepts only
/// those that the authority has signed. All files are PEM.
#[derive(Debug, Clone, PartialEq)]
pub struct Tls {
    /// Private key, unencrypted.
    pub key_file: PathBuf,
    /// Certificate of the node, followed by intermediate ones.
    pub certificate_file: PathBuf,
    /// Certificates of the authorities that are trusted.
    pub authority_file: PathBuf,
    /// Where it was set.
    pub source: Source,
}

/// Life of the WPS statuses in the cluster, beside GeoServer's own expiry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusMap {
    /// The status of a process that has ended is removed when it was not written for so long; None: never.
    pub time_to_live: Option<Duration>,
    /// The same: what is read does not live longer, because every node reads its own copy. None: never.
    pub max_idle: Option<Duration>,
}
