// SPDX-License-Identifier: GPL-2.0-or-later
//! Connections that peers dialled.

use super::dial::{HANDSHAKE_DEADLINE, prepare};
use super::{Channel, Inner, Listener, frame, link};
use crate::auth::{self, PeerInfo};
use crate::hello::Kind;
use crate::refusal::{HandshakeError, Stranger};
use crate::tls::{self, Stream};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Handshakes at once: those of a cluster that starts as a whole (50 members with three connections each take turns within
/// milliseconds). More wait in the listening socket's backlog, so that strangers cost a bounded amount of memory.
const MAX_HANDSHAKES: usize = 64;
/// Pause after the system could not give out a connection (too many open files): trying at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts until it is ended.
pub(super) async fn accept(inner: Arc<Inner>, listener: Listener) {
    let handshakes = Arc::new(Semaphore::new(MAX_HANDSHAKES));
    let Ok(socket) = listener.into_tokio().inspect_err(|error| tracing::error!(%error, "cannot listen for peers"))
    else {
        return;
    };
    let mut complained = false;
    // The semaphore is never closed.
    while let Ok(permit) = handshakes.clone().acquire_owned().await {
        match socket.accept().await {
            Ok((tcp, from)) => {
                complained = false;
                inner.inbound.spawn(serve(inner.clone(), tcp, from, permit));
            }
            Err(error) => {
                if !std::mem::replace(&mut complained, true) {
                    tracing::warn!(%error, "cannot accept connections from peers for now; trying on");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn serve(inner: Arc<Inner>, tcp: TcpStream, from: SocketAddr, permit: OwnedSemaphorePermit) {
    prepare(&tcp);
    let proved = timeout(HANDSHAKE_DEADLINE, prove(&inner, tcp)).await.unwrap_or(Err(HandshakeError::Timeout));
    drop(permit);
    let (stream, peer, kind) = match proved {
        Ok(proved) => proved,
        // A port scan, a load balancer's health check, a peer that looks whether this node is alive: nothing to report.
        Err(HandshakeError::NotOurs(Stranger::Silent)) => return,
        // The side that dialled reports it.
        Err(HandshakeError::SelfConnection) => return,
        Err(why) => return inner.handler.refused(SocketAddr::new(from.ip(), 0), &why),
    };
    inner.wake(peer.advertised);
    match kind {
        Kind::File => inner.files.serve(stream).await,
        Kind::Frames(channel) => receive(&inner, stream, &peer, channel).await,
    }
}

async fn prove(inner: &Inner, tcp: TcpStream) -> Result<(Stream, PeerInfo, Kind), HandshakeError> {
    let (mut stream, exporter) = inner.tls.answer(tcp).await?;
    match auth::prove_answering(&mut stream, &exporter, &inner.me).await {
        Ok((peer, kind)) => Ok((stream, peer, kind)),
        Err(why) => {
            tls::linger(&mut stream).await;
            Err(why)
        }
    }
}

async fn receive(inner: &Inner, mut stream: Stream, peer: &PeerInfo, channel: Channel) {
    if channel == Channel::Control {
        inner.handler.connected(peer);
    }
    let ended = frame::read_all(&mut stream, |frame| inner.handler.frame(peer, channel, frame)).await;
    if let Err(error) = &ended
        && error.kind() == io::ErrorKind::InvalidData
    {
        tracing::warn!(peer = %peer.name, address = %peer.advertised, %error, "closed a connection: the peer broke the protocol");
    }
    drop(stream);
    if channel == Channel::Control && !inner.has_link(peer.advertised, Channel::Control) {
        let error = ended.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into());
        inner.handler.lost(peer.advertised, link::how_lost(peer.advertised, &error).await);
    }
}
