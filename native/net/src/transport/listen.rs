// SPDX-License-Identifier: GPL-2.0-or-later
//! The listening socket, and the address that peers are told to dial.

use gs_cluster_config::{AddressPattern, Network, PublicAddress, Source};
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;
use socket2::{Domain, Protocol, Socket, Type};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::ops::RangeInclusive;

/// Connections that wait to be accepted: a cluster that starts as a whole, with room.
const BACKLOG: i32 = 256;

/// A socket that listens; nothing is accepted before [`Transport::start`](super::Transport::start).
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    local: SocketAddr,
    advertised: SocketAddr,
}

/// Why this node cannot listen. Nothing is left open.
#[derive(Debug)]
pub enum BindError {
    /// Every port that may be used is taken.
    Taken {
        /// The address.
        ip: IpAddr,
        /// The ports tried.
        ports: RangeInclusive<u16>,
        /// Whether more than one was tried.
        auto_increment: bool,
        /// Where the port was set.
        source: Source,
    },
    /// No address of this machine matches the configured interfaces.
    NoInterface {
        /// The patterns.
        wanted: Vec<String>,
        /// The machine's addresses.
        have: Vec<IpAddr>,
        /// Where they were set.
        source: Source,
    },
    /// The public address has no IP address.
    PublicAddress {
        /// The host.
        host: String,
        /// What the resolver said.
        why: String,
        /// Where it was set.
        source: Source,
    },
    /// The system refused.
    Io {
        /// The address.
        at: SocketAddr,
        /// Its answer.
        error: io::Error,
        /// Where the port was set.
        source: Source,
    },
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { ip, ports, auto_increment: true, source } => write!(
                f,
                "no port from {} to {} is free on {ip} ({source}): end what uses them, or set another port or a larger port-count",
                ports.start(),
                ports.end()
            ),
            Self::Taken { ip, ports, auto_increment: false, source } => write!(
                f,
                "port {} on {ip} is taken by another program ({source}): end it, set another port, or allow auto-increment",
                ports.start()
            ),
            Self::NoInterface { wanted, have, source } => write!(
                f,
                "no address of this machine matches the configured interfaces {} ({source}); it has {}",
                wanted.join(", "),
                have.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
            Self::PublicAddress { host, why, source } => {
                write!(f, "the public address \"{host}\" has no IP address ({source}): {why}")
            }
            Self::Io { at, error, source } => write!(f, "cannot listen on {at} ({source}): {error}"),
        }
    }
}

impl std::error::Error for BindError {}

impl Listener {
    /// Listens as configured. Resolves a public host name, which may take as long as the resolver does: call it outside
    /// the runtime, or where blocking is allowed.
    ///
    /// # Errors
    /// [`BindError`], with what to do.
    pub fn bind(network: &Network) -> Result<Self, BindError> {
        let own = own_address(network)?;
        let ip = if network.bind_any { any_of(own) } else { own };
        let socket = first_free(network, ip)?;
        let local = socket.local_addr().map_err(|error| BindError::Io {
            at: SocketAddr::new(ip, network.port),
            error,
            source: network.port_source.clone(),
        })?;
        let advertised = match &network.public_address {
            Some(public) => resolve(public, local.port(), own.is_ipv4())?,
            None => SocketAddr::new(own, local.port()),
        };
        Ok(Self { socket, local, advertised })
    }

    /// Where the socket listens.
    #[must_use]
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// What peers are told to dial.
    #[must_use]
    pub fn advertised(&self) -> SocketAddr {
        self.advertised
    }

    pub(super) fn into_tokio(self) -> io::Result<tokio::net::TcpListener> {
        tokio::net::TcpListener::from_std(self.socket)
    }
}

fn any_of(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

fn first_free(network: &Network, ip: IpAddr) -> Result<TcpListener, BindError> {
    for port in network.ports() {
        let at = SocketAddr::new(ip, port);
        match listen(at, network.reuse_address) {
            Ok(socket) => return Ok(socket),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(BindError::Io { at, error, source: network.port_source.clone() }),
        }
    }
    Err(BindError::Taken {
        ip,
        ports: network.ports(),
        auto_increment: network.auto_increment,
        source: network.port_source.clone(),
    })
}

fn listen(at: SocketAddr, reuse: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, Some(Protocol::TCP))?;
    // On Unix two sockets can never listen on one port this way: it only allows to take back at once the port that this node
    // had before its restart, which its peers still know. On Windows it would share the port with any other program.
    socket.set_reuse_address(reuse || cfg!(unix))?;
    socket.bind(&at.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn resolve(public: &PublicAddress, local_port: u16, prefer_v4: bool) -> Result<SocketAddr, BindError> {
    let failed =
        |why: String| BindError::PublicAddress { host: public.host.clone(), why, source: public.source.clone() };
    let port = public.port.unwrap_or(local_port);
    let found: Vec<SocketAddr> =
        (public.host.as_str(), port).to_socket_addrs().map_err(|error| failed(error.to_string()))?.collect();
    let preferred = found.iter().find(|addr| addr.is_ipv4() == prefer_v4).or(found.first());
    preferred.copied().ok_or_else(|| failed("the resolver knows none".to_owned()))
}

/// The address of this machine that others are told: the first that matches the configured patterns.
fn own_address(network: &Network) -> Result<IpAddr, BindError> {
    let mut have = addresses();
    have.sort_by_key(rank);
    if network.interfaces.is_empty() {
        return Ok(have.first().copied().unwrap_or(Ipv4Addr::LOCALHOST.into()));
    }
    let matches = |ip: &IpAddr| network.interfaces.iter().any(|pattern| pattern.matches(*ip));
    have.iter().copied().find(matches).ok_or_else(|| BindError::NoInterface {
        wanted: network.interfaces.iter().map(AddressPattern::to_string).collect(),
        have,
        source: network.interfaces_source.clone(),
    })
}

/// IPv4 before IPv6 as in Hazelcast, since peers may have no IPv6; what others can reach before loopback.
fn rank(ip: &IpAddr) -> u8 {
    match ip {
        IpAddr::V4(v4) if v4.is_loopback() => 4,
        IpAddr::V4(v4) if v4.is_link_local() => 2,
        IpAddr::V4(_) => 0,
        IpAddr::V6(v6) if v6.is_loopback() => 5,
        IpAddr::V6(_) => 1,
    }
}

/// The addresses of all interfaces that are up, in the system's order. Link-local IPv6 addresses are left out: without
/// their interface's number nobody can dial them.
fn addresses() -> Vec<IpAddr> {
    let Ok(all) = getifaddrs() else { return Vec::new() };
    all.filter(|interface| interface.flags.contains(InterfaceFlags::IFF_UP))
        .filter_map(|interface| {
            let address = interface.address?;
            let v4 = address.as_sockaddr_in().map(|a| IpAddr::V4(a.ip()));
            v4.or_else(|| address.as_sockaddr_in6().map(|a| IpAddr::V6(a.ip())))
        })
        .filter(|ip| !matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local()))
        .collect()
}
