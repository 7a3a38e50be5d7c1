// SPDX-License-Identifier: GPL-2.0-or-later
//! Resolves names and asks addresses whether somebody listens, many at once, so that a dead one delays no live one.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections tried at once: enough that a thousand silent hosts take seconds, few beside the 1,024 files that a
/// process may open by default.
const MAX_PROBES: usize = 192;
/// Names resolved at once: each takes a thread of the runtime's pool while the resolver works.
const MAX_LOOKUPS: usize = 3;

/// The bounds shared by one mode's work.
#[derive(Clone)]
pub(super) struct Prober {
    probes: Arc<Semaphore>,
    lookups: Arc<Semaphore>,
}

impl Prober {
    pub(super) fn new() -> Self {
        Self { probes: Arc::new(Semaphore::new(MAX_PROBES)), lookups: Arc::new(Semaphore::new(MAX_LOOKUPS)) }
    }

    /// The addresses of `name`, asked of the host's resolver. A lookup that is given up keeps its place until the
    /// resolver returns: the number of threads is bounded whatever the resolver does.
    pub(super) async fn resolve(&self, name: &str, limit: Duration) -> io::Result<Vec<IpAddr>> {
        let closed = |_| io::Error::other("the search was stopped");
        let query = (name.to_owned(), 0);
        let lookup = async {
            let place = self.lookups.clone().acquire_owned().await.map_err(closed)?;
            let lookup = tokio::task::spawn_blocking(move || {
                let _place = place;
                query.to_socket_addrs().map(|found| found.map(|addr| addr.ip()).collect::<Vec<_>>())
            });
            lookup.await.map_err(io::Error::other)?
        };
        let mut found = timeout(limit, lookup).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        found.sort_unstable();
        found.dedup();
        if found.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(found) }
    }

    /// Connects to `addr` and hangs up: `Ok` if somebody listens there.
    pub(super) async fn probe(&self, addr: SocketAddr, limit: Duration) -> io::Result<()> {
        let _place = self.probes.acquire().await.map_err(|_| io::Error::other("the search was stopped"))?;
        timeout(limit, TcpStream::connect(addr)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(())
    }
}

/// What the hosts of one round answered, for the sentence that says why none of them is a member.
#[derive(Debug, Default)]
pub(super) struct Answers {
    silent: BTreeMap<IpAddr, Reason>,
    pub(super) alive: usize,
}

/// Why a host is of no use. The later variant says more about the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Other(io::ErrorKind),
    Silent,
    Refused,
}

impl Answers {
    pub(super) fn add(&mut self, addr: SocketAddr, answer: &io::Result<()>) {
        let reason = match answer {
            Ok(()) => {
                self.alive += 1;
                return;
            }
            Err(e) => match e.kind() {
                io::ErrorKind::ConnectionRefused => Reason::Refused,
                io::ErrorKind::TimedOut => Reason::Silent,
                other => Reason::Other(other),
            },
        };
        let known = self.silent.entry(addr.ip()).or_insert(reason);
        *known = (*known).max(reason);
    }

    /// True if hosts were asked and none has a listener.
    pub(super) fn nobody(&self) -> bool {
        self.alive == 0 && !self.silent.is_empty()
    }

    /// `10.0.0.1, 10.0.0.2 refuse the connection (…); 10.0.0.3 …`: at most five hosts of each kind are named.
    pub(super) fn reasons(&self) -> String {
        let mut by_reason: BTreeMap<Reason, Vec<String>> = BTreeMap::new();
        for (ip, reason) in &self.silent {
            by_reason.entry(*reason).or_default().push(ip.to_string());
        }
        let say = |(reason, mut ips): (Reason, Vec<String>)| {
            let more = ips.len().saturating_sub(5);
            ips.truncate(5);
            let mut ips = ips.join(", ");
            if more > 0 {
                ips = format!("{ips} and {more} more");
            }
            match reason {
                Reason::Refused => format!("connection refused by {ips} (up, but no member listens there)"),
                Reason::Silent => format!("no answer from {ips} (down, or a firewall drops the packets)"),
                Reason::Other(kind) => format!("{kind}: {ips}"),
            }
        };
        by_reason.into_iter().rev().map(say).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_name_hosts_once_and_briefly() {
        let mut answers = Answers::default();
        for n in 1..=8 {
            for port in 5701..5704 {
                let error =
                    if n == 8 && port == 5702 { io::ErrorKind::ConnectionRefused } else { io::ErrorKind::TimedOut };
                answers.add(SocketAddr::from(([10, 0, 0, n], port)), &Err(error.into()));
            }
        }
        assert!(answers.nobody());
        assert_eq!(
            answers.reasons(),
            "connection refused by 10.0.0.8 (up, but no member listens there); no answer from 10.0.0.1, 10.0.0.2, \
             10.0.0.3, 10.0.0.4, 10.0.0.5 and 2 more (down, or a firewall drops the packets)"
        );
        answers.add(SocketAddr::from(([10, 0, 0, 9], 5701)), &Ok(()));
        assert!(!answers.nobody());
    }

    #[tokio::test]
    async fn localhost_resolves_and_nonsense_does_not() {
        let prober = Prober::new();
        let limit = Duration::from_secs(20);
        let found = prober.resolve("localhost", limit).await.unwrap();
        assert!(found.iter().all(IpAddr::is_loopback), "{found:?}");
        assert!(prober.resolve(&super::super::tests::unknown_name(), limit).await.is_err());
    }
}
