// SPDX-License-Identifier: GPL-2.0-or-later
//! Connections between members: one listening TCP port, and to each peer up to two connections that this node dialled, beside one for each file that is fetched.
//!
//! Frames travel only from the side that dialled to the side that answered, so two members that talk to each other have
//! two control connections, one each way. Each connection has a queue of its own with a bound of its own: a peer that
//! stops reading, or a channel that is busy, holds up nothing else. What does not fit is refused to the sender at once, and
//! what was queued when a connection breaks is gone: the replicated map's anti-entropy repairs both.
//!
//! ```text
//! send() ── try ──> queue ──> link task: dial, prove, batch, write ══ TLS ══> inbound task ──> Handler::frame
//!   └── while nothing is queued: write at once ─────────────────────────┘
//! ```

mod dial;
mod frame;
mod inbound;
mod link;
mod listen;
mod outlet;
mod tasks;

pub use frame::MAX_FRAME;
pub use listen::{BindError, Listener};

pub(crate) use dial::{DialError, FILE_PATIENCE, set_patience};

use crate::auth::{Identity, PeerInfo};
use crate::files::{FileServer, Roots};
use crate::refusal::HandshakeError;
use crate::tls::Tls;
use bytes::Bytes;
use link::Link;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tasks::Tasks;
use tokio::runtime::Handle;

/// How soon an address is dialled again after a dial that failed. Long enough that a flood of frames to a dead peer does
/// not become a flood of dials, short enough that a link that is back is used at once.
pub const REDIAL_PAUSE: Duration = Duration::from_millis(250);
/// The same after a handshake that was refused: an administrator has to act first.
pub const REFUSED_PAUSE: Duration = Duration::from_secs(2);

/// The connections to a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Membership and commands: small, and never behind anything else.
    Control,
    /// Changes of entries as they happen, and in pieces what a peer has missed.
    Delta,
}

impl Channel {
    /// Frames that may wait for one peer. Control: ten seconds of membership traffic of a large cluster; what is older says
    /// nothing. Delta: a burst of one heavy operation; a peer that lags further catches up by anti-entropy.
    #[must_use]
    pub const fn max_frames(self) -> usize {
        match self {
            Self::Control => 512,
            Self::Delta => 8192,
        }
    }

    /// Bytes that may wait for one peer: bounds memory where frames are large. A single frame may exceed it (up to
    /// [`MAX_FRAME`]) if nothing else waits.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Control => 1 << 20,
            Self::Delta => 8 << 20,
        }
    }
}

/// Why a frame was not taken. Nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The queue to that peer on that channel is at its bound.
    Full,
    /// The transport is closed, or the last dial failed less than [`REDIAL_PAUSE`] ([`REFUSED_PAUSE`]) ago.
    Closed,
    /// The frame is longer than [`MAX_FRAME`].
    TooLarge,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the queue to this peer is full",
            Self::Closed => "the peer cannot be reached now",
            Self::TooLarge => "the frame is too large",
        })
    }
}

impl std::error::Error for SendError {}

/// How a peer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Nothing listens at the address any more: the host is up and its process is gone. (A firewall that rejects with a TCP
    /// reset looks the same: a hint, not a proof.)
    Refused,
    /// The connection ended, and something still listens at the address.
    Closed,
    /// No answer: the link is cut, the host is down, or the process is frozen.
    TimedOut,
    /// This host cannot reach the address at all (no route, no permission).
    Unreachable(io::ErrorKind),
}

/// What the transport tells its owner. Called from the runtime's threads: must not block, and may call
/// [`Transport::send`].
pub trait Handler: Send + Sync + 'static {
    /// A frame came in from a peer that has proved its membership; in order within a channel. The bytes may share a larger
    /// buffer with their neighbours: copy what is kept for long.
    fn frame(&self, from: &PeerInfo, channel: Channel, frame: Bytes);
    /// A control connection with this peer stands and both sides are proved; `peer.dialled` says in which direction. Called
    /// for each new one.
    fn connected(&self, peer: &PeerInfo);
    /// A control connection ended or could not be made. `addr`: the address that was dialled, or what the peer advertises if
    /// it had dialled and this node has no control connection of its own to it.
    fn lost(&self, addr: SocketAddr, why: Lost);
    /// Somebody failed the handshake, or refused this node. `addr`: the address that was dialled, or for one that connected
    /// to this node its address with port 0. Called each time: use a [`Reminder`](crate::refusal::Reminder) before logging.
    fn refused(&self, addr: SocketAddr, why: &HandshakeError);
}

/// The connections of this node. Clones share them. Runs until [`close`](Self::close); dropping it ends nothing.
#[derive(Clone)]
pub struct Transport(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) me: Identity,
    tls: Tls,
    handler: Arc<dyn Handler>,
    files: FileServer,
    slots: Mutex<Slots>,
    accepting: Tasks,
    links: Tasks,
    inbound: Tasks,
}

#[derive(Default)]
struct Slots {
    closed: bool,
    /// Gives every link a number, so that one that ends does not clear the slot of its successor.
    next: u64,
    all: HashMap<(SocketAddr, Channel), Slot>,
}

enum Slot {
    Open(Link),
    /// The last dial failed: none before this instant.
    Resting(Instant),
}

impl Transport {
    /// Starts to accept on `listener` and makes [`send`](Self::send) work.
    #[must_use]
    pub fn start(
        listener: Listener,
        me: Identity,
        tls: Tls,
        roots: Roots,
        handler: Arc<dyn Handler>,
        runtime: &Handle,
    ) -> Self {
        let inner = Arc::new(Inner {
            me,
            tls,
            handler,
            files: FileServer::new(roots),
            slots: Mutex::default(),
            accepting: Tasks::new(runtime),
            links: Tasks::new(runtime),
            inbound: Tasks::new(runtime),
        });
        inner.accepting.spawn(inbound::accept(inner.clone(), listener));
        Self(inner)
    }

    /// Queues a frame for a peer and returns at once; from any thread. Dials on first use, and again on the first use after
    /// a connection ended.
    ///
    /// # Errors
    /// [`SendError`]; affects this peer and channel only.
    pub fn send(&self, to: SocketAddr, channel: Channel, frame: Bytes) -> Result<(), SendError> {
        if frame.len() > MAX_FRAME {
            return Err(SendError::TooLarge);
        }
        let mut slots = self.0.slots();
        if slots.closed {
            return Err(SendError::Closed);
        }
        match slots.all.get(&(to, channel)) {
            Some(Slot::Open(link)) if link.is_open() => return link.offer(frame),
            Some(Slot::Resting(until)) if Instant::now() < *until => return Err(SendError::Closed),
            _ => {}
        }
        slots.next += 1;
        let (link, queue) = Link::new(slots.next, channel);
        let offered = link.offer(frame);
        self.0.links.spawn(link::run(self.0.clone(), to, channel, link.number(), queue));
        slots.all.insert((to, channel), Slot::Open(link));
        offered
    }

    /// Uses the connections to this peer no more: it is taken for gone, and if it comes back, a new one stands sooner than
    /// the system's retransmissions revive an old one.
    pub fn hang_up(&self, on: SocketAddr) {
        // What the connection was given already it still tries to write, until it breaks.
        self.0.slots().all.retain(|(to, _), slot| *to != on || !matches!(slot, Slot::Open(_)));
    }

    /// Stops accepting, writes out what is queued for at most `drain`, then ends every task. Afterwards nothing is called on
    /// the handler and `send` says [`SendError::Closed`]. A second call returns at once.
    pub async fn close(&self, drain: Duration) {
        self.0.accepting.end(Duration::ZERO).await;
        let open = {
            let mut slots = self.0.slots();
            slots.closed = true;
            std::mem::take(&mut slots.all)
        };
        // A link whose queue has no sender any more writes what it has and ends in order.
        drop(open);
        self.0.links.end(drain).await;
        // Last, so that no peer sees this node gone before it has read that it leaves.
        self.0.inbound.end(Duration::ZERO).await;
    }

    /// Where peers are told to dial this node.
    #[must_use]
    pub fn advertised(&self) -> SocketAddr {
        self.0.me.advertised
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("advertised", &self.0.me.advertised).finish_non_exhaustive()
    }
}

impl Inner {
    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_link(&self, to: SocketAddr, channel: Channel) -> bool {
        matches!(self.slots().all.get(&(to, channel)), Some(Slot::Open(link)) if link.is_open())
    }

    /// The link ended: frees its slot, for some time without a new dial if it never stood.
    fn retire(&self, to: SocketAddr, channel: Channel, number: u64, rest: Option<Duration>) {
        let now = Instant::now();
        let mut slots = self.slots();
        if !matches!(slots.all.get(&(to, channel)), Some(Slot::Open(link)) if link.number() == number) {
            return;
        }
        slots.all.remove(&(to, channel));
        if let Some(pause) = rest {
            // Addresses come and go for months: forget those that nobody waits for.
            slots.all.retain(|_, slot| !matches!(slot, Slot::Resting(until) if *until <= now));
            slots.all.insert((to, channel), Slot::Resting(now + pause));
        }
    }

    /// The peer is there after all: dial it at the next use, and not when the system tries a lost packet again.
    fn wake(&self, addr: SocketAddr) {
        self.slots().all.retain(|(to, _), slot| *to != addr || matches!(slot, Slot::Open(link) if !link.is_stuck()));
    }
}
