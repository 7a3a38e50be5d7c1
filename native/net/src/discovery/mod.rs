// SPDX-License-Identifier: GPL-2.0-or-later
//! Finds other members: multicast beacon, list of addresses, DNS name, EC2 instances. Every configured mode runs at
//! once and says addresses worth dialling; who answers there, and whether it may join, is proved by the transport.
//!
//! ```text
//! multicast ─┐
//! tcp_list ──┤ Outlet (holds seeds back until a required member answers,
//! dns ───────┤         says each problem once) ──> mpsc::Sender<Discovered>
//! aws ───────┘
//! ```
//!
//! Seeds are said again and again, often while this node is alone, every half minute or so (jittered) afterwards, so
//! that two halves of a cluster find each other again: the receiver ignores an address it is connected to. All but
//! multicast connect once and hang up before they say a seed (see `probe`), so that dead addresses cost the
//! receiver nothing: a listener has to take a connection that ends before its first byte in silence.

mod aws;
mod beacon;
mod dns;
mod interfaces;
mod multicast;
mod outlet;
mod probe;
mod radio;
mod round;
mod senders;
mod tcp_list;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gs_cluster_config::{Config, Source};
use ring::hmac;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use outlet::Outlet;

/// How long none of the members that a mode names may answer before that is said as a problem: members of one cluster
/// are often started together.
const PATIENCE: Duration = Duration::from_secs(10);

/// This member, as others see it.
#[derive(Clone)]
pub struct Me {
    /// Member id, new at every start.
    pub member: u128,
    /// Name for logs.
    pub name: String,
    /// Where others reach this member. An unspecified address (0.0.0.0) means "where the beacon comes from".
    pub advertised: SocketAddr,
    /// Where the listener is bound: tells our own address among the seeds.
    pub listening: SocketAddr,
    /// Authenticates beacons: a key of their own, derived from the cluster's name and secret.
    pub key: hmac::Key,
    /// Hash of the cluster's name: tells a foreign cluster from a wrong secret.
    pub cluster: [u8; 32],
}

impl Me {
    /// True if `addr` is where this member is reached.
    fn is_at(&self, addr: SocketAddr) -> bool {
        let (ip, bound) = (addr.ip().to_canonical(), self.listening.ip());
        let ours = || if bound.is_unspecified() { interfaces::is_local(ip) } else { bound.to_canonical() == ip };
        addr == self.advertised || (addr.port() == self.listening.port() && ours())
    }
}

impl fmt::Debug for Me {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:032x} at {}", self.name, self.member, self.advertised)
    }
}

/// Where a seed or a problem comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// `join/multicast`
    Multicast,
    /// `join/tcp-ip`
    TcpIp,
    /// `join/kubernetes`
    Kubernetes,
    /// `join/aws`
    Aws,
}

impl Mode {
    /// Name of the element under `join`.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Multicast => "multicast",
            Mode::TcpIp => "tcp-ip",
            Mode::Kubernetes => "kubernetes",
            Mode::Aws => "aws",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What discovery says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discovered {
    /// An address worth dialling: a member of this cluster may be there. It is never this member's own.
    Seed {
        /// Where to dial.
        addr: SocketAddr,
        /// The mode that found it.
        by: Mode,
        /// The configuration that led to it.
        source: Source,
    },
    /// What the administrator should know of a mode. Said once, and again only when the text changes; it replaces
    /// what was said before.
    Problem {
        /// The mode that has it.
        by: Mode,
        /// The configuration to look at.
        source: Source,
        /// What happened and what to do: one or more sentences without the source, free of secrets.
        text: String,
        /// Nothing but a change of the configuration, here or at the provider, will help. The mode still tries
        /// again, slowly.
        fatal: bool,
    },
    /// What was last said of this mode is over.
    Solved {
        /// The mode that had the problem.
        by: Mode,
    },
}

/// The running search. Dropping it stops it.
#[derive(Debug)]
pub struct Discovery {
    tasks: JoinSet<()>,
    required_missing: watch::Receiver<bool>,
}

impl Discovery {
    /// True while `tcp-ip/required-member` is configured, is not this member, and has never answered since the
    /// start. So long no seed but the required member is said, and the driver should accept no other member either.
    pub fn required_missing(&self) -> watch::Receiver<bool> {
        self.required_missing.clone()
    }

    /// Stops and waits until everything has ended.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Starts every configured mode on the current tokio runtime.
///
/// `lonely` is true while no other member is known. `out` is awaited, so a slow receiver slows discovery down and
/// nothing piles up; the modes end when it, or the sender of `lonely`, is closed.
pub fn start(config: &Config, me: Me, out: mpsc::Sender<Discovered>, lonely: watch::Receiver<bool>) -> Discovery {
    start_with(config, me, out, lonely, PATIENCE)
}

fn start_with(
    config: &Config,
    me: Me,
    out: mpsc::Sender<Discovered>,
    lonely: watch::Receiver<bool>,
    patience: Duration,
) -> Discovery {
    let mut tasks = JoinSet::new();
    let (missing, required_missing) = watch::channel(config.tcp_ip.enabled && config.tcp_ip.required_member.is_some());
    let (missing, me) = (Arc::new(missing), Arc::new(me));
    let outlet = |by, source| Outlet::new((by, source), me.clone(), out.clone(), lonely.clone(), missing.clone());
    if config.multicast.enabled {
        tasks.spawn(multicast::run(config.clone(), outlet(Mode::Multicast, &config.multicast.source)));
    }
    let list = &config.tcp_ip;
    if list.enabled {
        tasks.spawn(tcp_list::run(list.clone(), patience, outlet(Mode::TcpIp, &list.source)));
    }
    if let Some(service) = &config.kubernetes {
        tasks.spawn(dns::run(service.clone(), patience, outlet(Mode::Kubernetes, &service.source)));
    }
    if let Some(aws) = &config.aws {
        tasks.spawn(aws::run(aws.clone(), patience, outlet(Mode::Aws, &aws.source)));
    }
    Discovery { tasks, required_missing }
}
