// SPDX-License-Identifier: GPL-2.0-or-later
//! From an address to a proved connection.

use super::Inner;
use crate::auth::{self, PeerInfo};
use crate::hello::Kind;
use crate::refusal::HandshakeError;
use crate::tls::Stream;
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Bound of the TCP connect: an answer to the second SYN (sent after 1 s) is waited for, and instead of the third (after 3 s)
/// it is dialled anew, so that a link that is back is found within about a second.
pub(super) const DIAL_DEADLINE: Duration = Duration::from_millis(1_250);
/// Bound of TLS and both proofs, either side. Milliseconds on an idle machine; this much because a machine that starts many
/// nodes at once is not idle.
pub(super) const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(4);
/// How long bytes may stay unacknowledged, or a peer's window closed, before a connection counts as lost (RFC 5482).
const PATIENCE: Duration = Duration::from_secs(5);
/// The same while a file is sent: a receiver's disk may pause for longer than its network.
pub(crate) const FILE_PATIENCE: Duration = Duration::from_secs(30);

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum DialError {
    /// TCP did not get there.
    Unreachable(io::Error),
    /// Somebody answered, but the handshake failed.
    Handshake(HandshakeError),
}

/// Options of every connection, dialled or accepted. None is worth failing for: they make things faster, not right.
pub(super) fn prepare(tcp: &TcpStream) {
    let _ = tcp.set_nodelay(true);
    // An idle connection is probed, so that a cut link is noticed on it as well.
    let probes = TcpKeepalive::new().with_time(PATIENCE).with_interval(Duration::from_secs(1));
    let _ = SockRef::from(tcp).set_tcp_keepalive(&probes);
    set_patience(tcp, PATIENCE);
}

/// Sets after how long without progress the system gives the connection up. Linux only; elsewhere its default of minutes
/// applies, and membership probes notice first.
pub(crate) fn set_patience(tcp: &TcpStream, patience: Duration) {
    #[cfg(target_os = "linux")]
    let _ = SockRef::from(tcp).set_tcp_user_timeout(Some(patience));
    #[cfg(not(target_os = "linux"))]
    let _ = (tcp, patience);
}

impl Inner {
    /// Connects, and proves both sides. Bounded by [`DIAL_DEADLINE`] and [`HANDSHAKE_DEADLINE`].
    pub(crate) async fn dial(&self, to: SocketAddr, kind: Kind) -> Result<(Stream, PeerInfo), DialError> {
        let tcp = match timeout(DIAL_DEADLINE, TcpStream::connect(to)).await {
            Ok(Ok(tcp)) => tcp,
            Ok(Err(error)) => return Err(DialError::Unreachable(error)),
            Err(_) => return Err(DialError::Unreachable(io::ErrorKind::TimedOut.into())),
        };
        prepare(&tcp);
        let proved = timeout(HANDSHAKE_DEADLINE, async {
            let (mut stream, exporter) = self.tls.dial(tcp).await?;
            let peer = auth::prove_dialling(&mut stream, &exporter, &self.me, kind, to).await?;
            Ok((stream, peer))
        });
        proved.await.unwrap_or(Err(HandshakeError::Timeout)).map_err(DialError::Handshake)
    }
}
