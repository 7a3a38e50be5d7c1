// SPDX-License-Identifier: GPL-2.0-or-later
//! The multicast socket: one for all interfaces, bound to the group's port that every member on a host shares.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use gs_cluster_config::{AddressPattern, Multicast};
use socket2::{Domain, InterfaceIndexOrAddress, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;

use super::interfaces::{self, Interface};

/// The socket and the interfaces it has joined the group on.
pub(super) struct Radio {
    socket: UdpSocket,
    group: SocketAddr,
    joined: Vec<Interface>,
    /// Interfaces that could not join, as `name (reason)`.
    not_joined: Vec<String>,
    /// Interfaces that the last packet did not leave by, likewise.
    not_sent: Vec<String>,
}

impl Radio {
    /// Opens the socket; interfaces are joined by [`Radio::refresh`].
    pub(super) fn open(config: &Multicast) -> io::Result<Self> {
        let group = SocketAddr::new(config.group, config.port);
        let socket = Socket::new(Domain::for_address(group), Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_nonblocking(true)?;
        // Lets the members on a host share the port, and Hazelcast's. SO_REUSEPORT would want one user for all of them.
        socket.set_reuse_address(true)?;
        let local = match config.group {
            // Bound to the group, the socket gets no packet that was sent to this host alone.
            IpAddr::V4(_) => {
                socket.set_multicast_ttl_v4(config.ttl.into())?;
                socket.set_multicast_loop_v4(true)?;
                socket.set_multicast_all_v4(false)?;
                group
            }
            // A group of local scope can be bound on one interface only.
            IpAddr::V6(_) => {
                socket.set_only_v6(true)?;
                socket.set_multicast_hops_v6(config.ttl.into())?;
                socket.set_multicast_loop_v6(true)?;
                SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), config.port)
            }
        };
        socket.bind(&local.into())?;
        let socket = UdpSocket::from_std(socket.into())?;
        Ok(Self { socket, group, joined: Vec::new(), not_joined: Vec::new(), not_sent: Vec::new() })
    }

    /// Joins the group on interfaces that came, and leaves those that went.
    pub(super) fn refresh(&mut self, patterns: &[AddressPattern]) -> io::Result<()> {
        let wanted = interfaces::for_beacons(&interfaces::list()?, patterns, self.group.is_ipv4());
        let (kept, gone) = std::mem::take(&mut self.joined).into_iter().partition(|i| wanted.contains(i));
        self.joined = kept;
        for interface in gone {
            // The system has left already if the interface is no more.
            let _ = self.membership(&interface, false);
        }
        self.not_joined.clear();
        for interface in wanted {
            if self.joined.contains(&interface) {
                continue;
            }
            match self.membership(&interface, true) {
                Ok(()) => self.joined.push(interface),
                Err(e) => self.not_joined.push(format!("{} ({e})", interface.name)),
            }
        }
        Ok(())
    }

    fn membership(&self, interface: &Interface, join: bool) -> io::Result<()> {
        let socket = SockRef::from(&self.socket);
        match (self.group.ip(), join) {
            (IpAddr::V4(group), true) => {
                socket.join_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(interface.index))
            }
            (IpAddr::V4(group), false) => {
                socket.leave_multicast_v4_n(&group, &InterfaceIndexOrAddress::Index(interface.index))
            }
            (IpAddr::V6(group), true) => socket.join_multicast_v6(&group, interface.index),
            (IpAddr::V6(group), false) => socket.leave_multicast_v6(&group, interface.index),
        }
    }

    /// Sends on every joined interface. True if it left by one of them at least.
    pub(super) async fn send(&mut self, packet: &[u8]) -> bool {
        self.not_sent.clear();
        for interface in &self.joined {
            let choice = match interface.ip {
                IpAddr::V4(ip) => SockRef::from(&self.socket).set_multicast_if_v4(&ip),
                IpAddr::V6(_) => SockRef::from(&self.socket).set_multicast_if_v6(interface.index),
            };
            let sent = match choice {
                Ok(()) => self.socket.send_to(packet, self.group).await.map(drop),
                Err(e) => Err(e),
            };
            if let Err(e) = sent {
                self.not_sent.push(format!("{} ({e})", interface.name));
            }
        }
        self.not_sent.len() < self.joined.len()
    }

    /// True if there is an interface to send from.
    pub(super) fn is_joined(&self) -> bool {
        !self.joined.is_empty()
    }

    /// The next packet. Cancel safe.
    pub(super) async fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.socket.recv_from(buffer).await
    }

    /// Interfaces that could not be used, for a message.
    pub(super) fn failures(&self) -> String {
        [&self.not_sent[..], &self.not_joined].concat().join(", ")
    }
}
