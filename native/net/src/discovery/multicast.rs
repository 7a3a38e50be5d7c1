// SPDX-License-Identifier: GPL-2.0-or-later
//! `join/multicast`: members announce themselves to a group and hear each other, with nothing to configure.
//!
//! A member that is alone sends at once, after 50 ms, and then ever more slowly up to every 2 s; one that hears a
//! stranger answers at once, so a cluster forms in milliseconds. Settled members send every 5 s.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use gs_cluster_config::{AddressPattern, Config, Multicast};
use tokio::time::{Instant, sleep_until};

use super::beacon::{self, Packet};
use super::outlet::{Closed, Outlet, Pace, Trouble, jitter};
use super::radio::Radio;
use super::senders::Senders;

/// Pause after the first beacon of a member that is alone; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Longest pause of a member that is alone.
const ALONE_PAUSE: Duration = Duration::from_secs(2);
/// Pause of a member that knows others.
const SETTLED_PAUSE: Duration = Duration::from_secs(5);
/// An answer to strangers waits about this long, so that one packet answers many of them.
const ANSWER_PAUSE: Duration = Duration::from_millis(2);
/// Interfaces that came or went are noticed after this long.
const REFRESH_PAUSE: Duration = Duration::from_secs(5);
/// A node with a wrong secret is forgotten when it was not heard for so long.
const WRONG_SECRET_MEMORY: Duration = Duration::from_secs(60);
/// Untrusted senders that are remembered as said.
const MAX_UNTRUSTED: usize = 64;

/// Runs until the receiver is gone.
pub(super) async fn run(config: Config, outlet: Outlet) {
    let Err(Closed) = search(config, outlet).await;
}

/// Opens the socket, and again whenever it breaks.
async fn search(config: Config, mut outlet: Outlet) -> Result<Infallible, Closed> {
    let mut pace = Pace::new(outlet.lonely.clone(), ALONE_PAUSE, ALONE_PAUSE * 8, SETTLED_PAUSE * 6);
    loop {
        let broken = match Radio::open(&config.multicast) {
            Ok(radio) => Listener::new(&config, &mut outlet, radio).run().await?,
            Err(e) => e,
        };
        let mut trouble = Trouble::default();
        trouble.passing(&no_socket(&config.multicast, &broken));
        outlet.settle(trouble).await?;
        pace.wait().await?;
    }
}

struct Listener<'a> {
    config: &'a Multicast,
    interfaces: &'a [AddressPattern],
    cluster_name: &'a str,
    outlet: &'a mut Outlet,
    radio: Radio,
    senders: Senders,
    stamp: u64,
    heard_foreign: bool,
    untrusted: Vec<IpAddr>,
    wrong_secret: Option<(IpAddr, Instant)>,
    /// The last beacon left by an interface at least.
    sent: bool,
}

impl<'a> Listener<'a> {
    fn new(config: &'a Config, outlet: &'a mut Outlet, radio: Radio) -> Self {
        Self {
            config: &config.multicast,
            interfaces: &config.network.interfaces,
            cluster_name: &config.cluster_name,
            outlet,
            radio,
            senders: Senders::default(),
            stamp: 0,
            heard_foreign: false,
            untrusted: Vec::new(),
            wrong_secret: None,
            sent: true,
        }
    }

    /// Sends and hears until the socket breaks.
    async fn run(mut self) -> Result<io::Error, Closed> {
        let mut lonely = self.outlet.lonely.clone();
        let mut pause = FIRST_PAUSE;
        let mut next_beacon = Instant::now();
        let mut next_refresh = Instant::now();
        // More than a beacon, so that a longer packet is not taken for one.
        let mut buffer = [0; beacon::LENGTH + 1];
        loop {
            tokio::select! {
                biased;
                () = sleep_until(next_refresh) => {
                    if let Err(e) = self.radio.refresh(self.interfaces) {
                        return Ok(e);
                    }
                    self.settle().await?;
                    next_refresh = Instant::now() + REFRESH_PAUSE;
                }
                () = sleep_until(next_beacon) => {
                    self.announce().await?;
                    next_beacon = Instant::now() + jitter(if *lonely.borrow() { pause } else { SETTLED_PAUSE });
                    pause = (pause * 2).min(ALONE_PAUSE);
                }
                received = self.radio.receive(&mut buffer) => match received {
                    Ok((length, from)) => {
                        if self.hear(&buffer[..length], from.ip()).await? {
                            next_beacon = next_beacon.min(Instant::now() + jitter(ANSWER_PAUSE));
                        }
                    }
                    Err(e) => return Ok(e),
                },
                changed = lonely.changed() => {
                    changed.map_err(|_| Closed)?;
                    if *lonely.borrow_and_update() {
                        pause = FIRST_PAUSE;
                        next_beacon = Instant::now();
                    }
                }
            }
        }
    }

    /// Sends a beacon. A failure on all interfaces is said, and its end.
    async fn announce(&mut self) -> Result<(), Closed> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        self.stamp = u64::try_from(now.as_micros()).unwrap_or(u64::MAX).max(self.stamp + 1);
        let packet = beacon::seal(&self.outlet.me, self.stamp);
        let sent = self.radio.send(&packet).await;
        if sent != std::mem::replace(&mut self.sent, sent) {
            self.settle().await?;
        }
        Ok(())
    }

    /// Takes a packet. True if a stranger should get an answer.
    async fn hear(&mut self, packet: &[u8], from: IpAddr) -> Result<bool, Closed> {
        let beacon = match beacon::open(&self.outlet.me, packet) {
            Packet::Noise => return Ok(false),
            Packet::Foreign => {
                if !std::mem::replace(&mut self.heard_foreign, true) {
                    tracing::debug!("beacons of another cluster are heard on this network, the first from {from}");
                }
                return Ok(false);
            }
            Packet::WrongSecret => {
                match &mut self.wrong_secret {
                    Some((_, heard)) => *heard = Instant::now(),
                    None => {
                        self.wrong_secret = Some((from, Instant::now()));
                        self.settle().await?;
                    }
                }
                return Ok(false);
            }
            Packet::Ours(beacon) => beacon,
        };
        if beacon.member == self.outlet.me.member {
            return Ok(false);
        }
        let trusted = &self.config.trusted_interfaces;
        if !trusted.is_empty() && !trusted.iter().any(|pattern| pattern.matches(from)) {
            if !self.untrusted.contains(&from) && self.untrusted.len() < MAX_UNTRUSTED {
                self.untrusted.push(from);
                tracing::warn!("beacons from {from} are ignored: trusted-interfaces does not name that address");
            }
            return Ok(false);
        }
        let response = self.senders.hear(beacon, from, Instant::now(), self.outlet.lonely());
        for addr in response.seeds {
            if !self.outlet.me.is_at(addr) {
                self.outlet.seed(addr).await?;
            }
        }
        Ok(response.stranger)
    }

    /// Says what is wrong now.
    async fn settle(&mut self) -> Result<(), Closed> {
        let mut trouble = Trouble::default();
        if !self.sent || !self.radio.is_joined() {
            trouble.passing(&self.no_interface());
        }
        self.wrong_secret = self.wrong_secret.filter(|(_, heard)| heard.elapsed() < WRONG_SECRET_MEMORY);
        if let Some((from, _)) = self.wrong_secret {
            trouble.passing(&format!(
                "A node at {from} announces the cluster \"{}\" with another secret and is ignored. If it belongs to \
                 this cluster, give both the same password; if not, give this cluster another name.",
                self.cluster_name
            ));
        }
        self.outlet.settle(trouble).await
    }

    fn no_interface(&self) -> String {
        let advice = "List the members under <tcp-ip> where the network has no multicast (cloud, Docker, Kubernetes).";
        match (self.radio.failures(), self.interfaces) {
            (failures, _) if !failures.is_empty() => {
                format!("No beacon can be sent to {}: {failures}. {advice}", self.config.group)
            }
            (_, []) => format!("No network interface of this host can do multicast. {advice}"),
            (_, patterns) => format!(
                "No network interface that can do multicast has an address that <interfaces> names ({}). Correct the \
                 patterns. {advice}",
                patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ),
        }
    }
}

fn no_socket(config: &Multicast, error: &io::Error) -> String {
    let Multicast { group, port, .. } = config;
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "UDP port {port} is taken by a program that does not share it, so members cannot be found by multicast. \
             Set another multicast-port, the same on all members, or end that program. It is tried again."
        ),
        _ => format!(
            "Members cannot be found by multicast on {group} port {port}: {error}. Check multicast-group, or list the \
             members under <tcp-ip>. It is tried again."
        ),
    }
}
