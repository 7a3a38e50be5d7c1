// SPDX-License-Identifier: GPL-2.0-or-later
//! The configuration while it is read: some of it depends on what comes later in the file or from the environment.

use std::ops::RangeInclusive;

use super::{Place, Reader, Value};
use crate::address::{HostPort, expand_member};
use crate::{Config, DEFAULT_PORT, MAX_MEMBERS, MemberSpec};

/// Ports that are tried on a member without one, as Hazelcast's `hazelcast.tcp.join.port.try.count`.
const TRY_COUNT: u16 = 3;
/// Ports that are tried on an instance that AWS names, as Hazelcast's default `hz-port` of 5701-5708.
const AWS_TRY_COUNT: u16 = 8;

/// A [`Config`] with loose ends.
pub(super) struct Draft {
    pub(super) config: Config,
    pub(super) members: Vec<HostPort>,
    /// Members named so far, repetitions included: what bounds the work.
    named: usize,
    pub(super) required_member: Option<HostPort>,
    pub(super) try_count: Option<u16>,
    pub(super) aws_ports: Option<RangeInclusive<u16>>,
    pub(super) kubernetes_port: Option<u16>,
    /// What to point at when no joiner is on.
    pub(super) join: Place,
}

impl Draft {
    pub(super) fn new(root: Place) -> Self {
        Draft {
            config: Config::default(),
            members: Vec::new(),
            named: 0,
            required_member: None,
            try_count: None,
            aws_ports: None,
            kubernetes_port: None,
            join: root,
        }
    }

    /// Adds what an entry of a member list names.
    pub(super) fn add_member(&mut self, reader: &mut Reader<'_>, value: &Value) {
        if self.named > MAX_MEMBERS {
            return;
        }
        let hosts = match expand_member(&value.text, MAX_MEMBERS) {
            Ok(hosts) => hosts,
            Err(why) => return reader.error(&value.place, why),
        };
        self.named += hosts.len();
        if self.named > MAX_MEMBERS {
            return reader
                .error(&value.place, format!("with this the list has more than {MAX_MEMBERS} members; shorten it"));
        }
        for host in hosts {
            if !self.members.contains(&host) {
                self.members.push(host);
            }
        }
    }

    /// Forgets the members read so far, for a list that replaces them.
    pub(super) fn clear_members(&mut self) {
        self.members.clear();
        self.named = 0;
    }

    /// Ties the loose ends, and warns of a node that can find nobody.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>) -> Config {
        let tries = self.try_count.unwrap_or(TRY_COUNT);
        let any_port = self.following_ports(tries);
        let spec = |member: HostPort| MemberSpec {
            ports: member.port.map_or(any_port.clone(), |port| port..=port),
            host: member.host,
        };
        self.config.tcp_ip.required_member = self.required_member.take().map(spec);
        self.config.tcp_ip.members = std::mem::take(&mut self.members).into_iter().map(spec).collect();
        let aws_ports = self.aws_ports.take().unwrap_or_else(|| self.following_ports(AWS_TRY_COUNT));
        if let Some(aws) = &mut self.config.aws {
            aws.ports = aws_ports;
        }
        if let Some(kubernetes) = &mut self.config.kubernetes {
            kubernetes.ports = self.kubernetes_port.map_or(any_port, |port| port..=port);
        }
        let config = self.config;
        if config.enabled && !config.has_discovery() {
            reader.warn(
                &self.join,
                "no way to find other nodes is on, so this node will stay alone; enable multicast or tcp-ip, unless a \
                 single node is what you want",
            );
        }
        config
    }

    /// The ports on which a member of unknown port may listen: it increments like this node does.
    fn following_ports(&self, count: u16) -> RangeInclusive<u16> {
        let network = &self.config.network;
        let first = if network.port == 0 { DEFAULT_PORT } else { network.port };
        let count = if network.auto_increment { count.min(network.port_count) } else { 1 };
        first..=first.saturating_add(count.saturating_sub(1))
    }
}
