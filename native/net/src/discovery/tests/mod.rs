// SPDX-License-Identifier: GPL-2.0-or-later
//! Discovery as the driver sees it, over loopback.

mod addresses;
mod beacons;
mod namespaces;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use gs_cluster_config::{Config, Source};
use ring::{digest, hmac};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::{Discovered, Discovery, Me, start_with};

/// Long enough for a loaded machine; nothing waits for it unless the test fails.
const DEADLINE: Duration = Duration::from_secs(60);

/// A listener, and the search of a member that would be behind it.
pub(super) struct Node {
    pub(super) me: Me,
    pub(super) discovery: Discovery,
    pub(super) lonely: watch::Sender<bool>,
    found: mpsc::Receiver<Discovered>,
    /// Everything taken from `found`.
    pub(super) said: Vec<Discovered>,
    _listener: TcpListener,
}

pub(super) fn me(cluster: &str, secret: &str, advertised: SocketAddr) -> Me {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, cluster.as_bytes()).as_ref());
    Me {
        member: u128::from(std::process::id()) << 32 | u128::from(advertised.port()),
        name: format!("node {}", advertised.port()),
        advertised,
        listening: advertised,
        key: hmac::Key::new(hmac::HMAC_SHA256, format!("{cluster} {secret}").as_bytes()),
        cluster: hash,
    }
}

impl Node {
    pub(super) fn start(config: &Config) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), config)
    }

    pub(super) fn start_at(address: SocketAddr, config: &Config) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let me = me("test", "secret", listener.local_addr().unwrap());
        let (lonely, is_lonely) = watch::channel(true);
        let (out, found) = mpsc::channel(4);
        let discovery = start_with(config, me.clone(), out, is_lonely, Duration::ZERO);
        Self { me, discovery, lonely, found, said: Vec::new(), _listener: listener }
    }

    /// Waits for something that `wanted` recognises.
    pub(super) async fn until(&mut self, what: &str, wanted: impl Fn(&Discovered) -> bool) -> Discovered {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let next = timeout_at(deadline, self.found.recv()).await;
            let next = next.unwrap_or_else(|_| panic!("no {what}; said: {:#?}", self.said));
            let next = next.expect("discovery ended");
            self.said.push(next.clone());
            if wanted(&next) {
                return next;
            }
        }
    }

    pub(super) async fn until_seed(&mut self, addr: SocketAddr) {
        self.until(&format!("seed {addr}"), |found| matches!(found, Discovered::Seed { addr: a, .. } if *a == addr))
            .await;
    }

    /// Waits for a problem whose text has `part`, and returns it with its gravity.
    pub(super) async fn until_problem(&mut self, part: &str) -> (String, bool) {
        let wanted = |found: &Discovered| matches!(found, Discovered::Problem { text, .. } if text.contains(part));
        match self.until(&format!("problem with \"{part}\""), wanted).await {
            Discovered::Problem { text, fatal, .. } => (text, fatal),
            other => panic!("{other:?}"),
        }
    }

    /// Seeds so far.
    pub(super) fn seeds(&self) -> Vec<SocketAddr> {
        let seed = |found: &Discovered| match found {
            Discovered::Seed { addr, .. } => Some(*addr),
            _ => None,
        };
        self.said.iter().filter_map(seed).collect()
    }
}

/// A configuration that looks nowhere.
pub(super) fn nowhere() -> Config {
    let mut config = Config::default();
    config.multicast.enabled = false;
    config
}

/// A name that no resolver knows, and that costs no packet: a label has at most 63 characters.
pub(super) fn unknown_name() -> String {
    format!("{}.example", "x".repeat(64))
}

pub(super) fn line(line: u32) -> Source {
    Source::File { line, column: 1 }
}

#[tokio::test]
async fn dropping_the_handle_ends_everything() {
    let mut config = nowhere();
    config.tcp_ip.enabled = true;
    let mut node = Node::start(&config);
    drop(node.discovery);
    let end = tokio::time::timeout(DEADLINE, async { while node.found.recv().await.is_some() {} }).await;
    end.expect("a task goes on");
}

#[tokio::test]
async fn stopping_waits_for_the_tasks() {
    let mut config = nowhere();
    config.tcp_ip.enabled = true;
    let mut node = Node::start(&config);
    node.discovery.stop().await;
    assert_eq!(node.found.try_recv(), Err(mpsc::error::TryRecvError::Disconnected));
}
