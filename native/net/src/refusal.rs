// SPDX-License-Identifier: GPL-2.0-or-later
//! Why a connection did not come to be, in an administrator's words.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Why a peer was refused, or refused this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeError {
    /// The peer does not know this cluster's secret, or its cluster has another name.
    WrongSecretOrName {
        /// The names are the same, so it is the secret that differs.
        same_name: bool,
    },
    /// No protocol version in common.
    Version {
        /// The versions the peer speaks (lowest, highest).
        theirs: (u16, u16),
    },
    /// Something else than this module is at the other end.
    NotOurs(Stranger),
    /// TLS failed: for example a certificate that the configured authority has not signed.
    Tls(String),
    /// This node dialled itself.
    SelfConnection,
    /// The peer did not finish the handshake in time.
    Timeout,
    /// The connection broke during the handshake.
    Broken(io::ErrorKind),
}

/// What is at the other end instead of this module, as far as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// A real Hazelcast member or client.
    Hazelcast,
    /// A web server or client.
    Http,
    /// Closed the connection without a word, as a Hazelcast member does that is spoken to in TLS.
    Silent,
    /// None of these.
    Other,
}

impl Stranger {
    /// Guesses from the first bytes that came in.
    pub(crate) fn from_first_bytes(bytes: &[u8]) -> Self {
        const HTTP: [&[u8]; 8] = [b"HTTP", b"GET ", b"POST", b"PUT ", b"HEAD", b"OPTI", b"DELE", b"PRI "];
        const HAZELCAST: [&[u8]; 4] = [b"HZC", b"HZX", b"CB2", b"CP2"];
        if bytes.is_empty() {
            Self::Silent
        } else if HTTP.iter().any(|verb| bytes.starts_with(verb)) {
            Self::Http
        } else if HAZELCAST.iter().any(|magic| bytes.starts_with(magic)) {
            Self::Hazelcast
        } else {
            Self::Other
        }
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongSecretOrName { same_name: true } => f.write_str(
                "it has the same cluster name but another secret: set the same password (or secret) on every node of the cluster",
            ),
            Self::WrongSecretOrName { same_name: false } => f.write_str(
                "it belongs to a cluster of another name: if it should be in this one, set the same cluster name and secret on every node",
            ),
            Self::Version { theirs: (low, high) } => {
                let (ours_low, ours_high) = crate::hello::VERSIONS;
                write!(
                    f,
                    "it speaks protocol versions {low} to {high} and this node {ours_low} to {ours_high}: install the same release of the module on every node"
                )
            }
            Self::NotOurs(Stranger::Hazelcast) => f.write_str(
                "it is a Hazelcast member, which this module cannot join: give one of the two another port, or remove the Hazelcast module from that node",
            ),
            Self::NotOurs(Stranger::Http) => {
                f.write_str("it speaks HTTP: correct the address or port in the member list, or point the HTTP client elsewhere")
            }
            Self::NotOurs(Stranger::Silent) => f.write_str(
                "it closed the connection without an answer, as a Hazelcast member or another service does: check that the address and port are those of a node with this module",
            ),
            Self::NotOurs(Stranger::Other) => {
                f.write_str("it is not a node with this module: check the address and port in the member list")
            }
            Self::Tls(why) => write!(
                f,
                "TLS failed ({why}): with certificates configured, each node needs one that is valid now and signed by the configured authority"
            ),
            Self::SelfConnection => f.write_str("it is this node itself (harmless: its own address is in the member list)"),
            Self::Timeout => f.write_str(
                "it did not finish the handshake in time: it is overloaded or frozen, or the address is not that of a node with this module",
            ),
            Self::Broken(kind) => write!(f, "the connection broke during the handshake ({kind})"),
        }
    }
}

impl std::error::Error for HandshakeError {}

impl From<io::Error> for HandshakeError {
    fn from(error: io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(tls) => Self::Tls(tls.to_string()),
            None => Self::Broken(error.kind()),
        }
    }
}

/// Decides when to repeat a message about an address: at once the first time, then at most every [`REPEAT_AFTER`].
///
/// For whoever logs [`Handler::refused`](crate::transport::Handler::refused), which is called each time.
#[derive(Debug, Default)]
pub struct Reminder {
    said: HashMap<SocketAddr, (Instant, HandshakeError)>,
}

/// How long a message about the same address stays unsaid.
pub const REPEAT_AFTER: Duration = Duration::from_secs(60);

/// Addresses remembered at most; whoever connects from more of them has the older ones forgotten, not memory taken.
const REMEMBERED: usize = 1024;

impl Reminder {
    /// Whether to say `why` about `addr` now: it is new, or another reason than the last, or [`REPEAT_AFTER`] has passed.
    pub fn due(&mut self, addr: SocketAddr, why: &HandshakeError, now: Instant) -> bool {
        if let Some((when, last)) = self.said.get(&addr)
            && last == why
            && now.saturating_duration_since(*when) < REPEAT_AFTER
        {
            return false;
        }
        if self.said.len() >= REMEMBERED {
            self.said.retain(|_, (when, _)| now.saturating_duration_since(*when) < REPEAT_AFTER);
        }
        if self.said.len() >= REMEMBERED {
            // Full of fresh ones: somebody floods. One message a minute would be lost among a thousand: stay silent.
            return false;
        }
        self.said.insert(addr, (now, why.clone()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_repeated_once_a_minute_and_a_new_one_at_once() {
        let mut reminder = Reminder::default();
        let (here, there) = ("192.0.2.1:0".parse().unwrap(), "192.0.2.2:0".parse().unwrap());
        let secret = HandshakeError::WrongSecretOrName { same_name: true };
        let start = Instant::now();
        assert!(reminder.due(here, &secret, start));
        assert!(!reminder.due(here, &secret, start + REPEAT_AFTER / 2));
        assert!(reminder.due(there, &secret, start + REPEAT_AFTER / 2));
        assert!(reminder.due(here, &HandshakeError::Timeout, start + REPEAT_AFTER / 2));
        assert!(reminder.due(here, &HandshakeError::Timeout, start + REPEAT_AFTER * 2));
    }

    #[test]
    fn a_flood_of_addresses_takes_no_memory_and_passes() {
        let mut reminder = Reminder::default();
        let start = Instant::now();
        let said = (0..u32::MAX)
            .take(REMEMBERED * 3)
            .filter(|n| {
                reminder.due(SocketAddr::new(std::net::Ipv4Addr::from(*n).into(), 0), &HandshakeError::Timeout, start)
            })
            .count();
        assert_eq!((said, reminder.said.len()), (REMEMBERED, REMEMBERED));
        assert!(reminder.due("[2001:db8::1]:0".parse().unwrap(), &HandshakeError::Timeout, start + REPEAT_AFTER));
    }
}
