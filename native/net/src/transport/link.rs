// SPDX-License-Identifier: GPL-2.0-or-later
//! One outbound connection with its queue.

use super::outlet::Outlet;
use super::{Channel, DialError, Inner, Lost, REDIAL_PAUSE, REFUSED_PAUSE, SendError, frame};
use crate::hello::Kind;
use crate::tls::Stream;
use bytes::Bytes;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Pauses before the dials that find out whether the process at an address is gone. More than one because a process that
/// is being killed closes its sockets one after the other, the listening one perhaps last; together far below 100 ms.
const GONE_PROBES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(20), Duration::from_millis(30)];
/// Longest wait for one of them: a live host answers in less.
const GONE_PROBE_LIMIT: Duration = Duration::from_millis(200);

/// The sending end of a connection's queue.
#[derive(Clone)]
pub(super) struct Link {
    number: u64,
    channel: Channel,
    queue: mpsc::Sender<Bytes>,
    bytes: Arc<AtomicUsize>,
    stands: Arc<AtomicBool>,
    outlet: Arc<Outlet>,
    since: Instant,
}

/// The connection's end of it.
pub(super) struct Queue {
    frames: mpsc::Receiver<Bytes>,
    bytes: Arc<AtomicUsize>,
    stands: Arc<AtomicBool>,
    outlet: Arc<Outlet>,
}

impl Link {
    pub(super) fn new(number: u64, channel: Channel) -> (Self, Queue) {
        let (queue, frames) = mpsc::channel(channel.max_frames());
        let bytes = Arc::new(AtomicUsize::new(0));
        let stands = Arc::new(AtomicBool::new(false));
        let outlet = Arc::new(Outlet::default());
        let (bytes_too, stands_too, outlet_too) = (bytes.clone(), stands.clone(), outlet.clone());
        let link = Self { number, channel, queue, bytes, stands, outlet, since: Instant::now() };
        (link, Queue { frames, bytes: bytes_too, stands: stands_too, outlet: outlet_too })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn is_open(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Whether the dial takes so long that its first packet must have been lost.
    pub(super) fn is_stuck(&self) -> bool {
        !self.stands.load(Ordering::Relaxed) && self.since.elapsed() > REDIAL_PAUSE
    }

    /// Writes the frame at once, if the connection can take it, or queues it. Callers hold the lock of the slots, so that the
    /// bound is exact.
    pub(super) fn offer(&self, frame: Bytes) -> Result<(), SendError> {
        if self.outlet.write_now(&frame) {
            return Ok(());
        }
        self.outlet.queued(|| self.enqueue(frame))
    }

    fn enqueue(&self, frame: Bytes) -> Result<(), SendError> {
        let size = frame.len();
        let waiting = self.bytes.load(Ordering::Relaxed);
        if waiting > 0 && waiting + size > self.channel.max_bytes() {
            return Err(SendError::Full);
        }
        self.bytes.fetch_add(size, Ordering::Relaxed);
        self.queue.try_send(frame).map_err(|refused| {
            self.bytes.fetch_sub(size, Ordering::Relaxed);
            match refused {
                mpsc::error::TrySendError::Full(_) => SendError::Full,
                mpsc::error::TrySendError::Closed(_) => SendError::Closed,
            }
        })
    }
}

impl Queue {
    pub(super) fn outlet(&self) -> Arc<Outlet> {
        self.outlet.clone()
    }

    /// The next frame; `None` once the queue is closed and empty.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        let frame = self.frames.recv().await;
        self.taken(frame)
    }

    pub(super) fn try_next(&mut self) -> Option<Bytes> {
        let frame = self.frames.try_recv().ok();
        self.taken(frame)
    }

    fn taken(&self, frame: Option<Bytes>) -> Option<Bytes> {
        frame.inspect(|frame| {
            self.bytes.fetch_sub(frame.len(), Ordering::Relaxed);
        })
    }
}

/// The task of one connection, from the first frame for it to its end.
pub(super) async fn run(inner: Arc<Inner>, to: SocketAddr, channel: Channel, number: u64, mut queue: Queue) {
    let dialled = inner.dial(to, Kind::Frames(channel)).await;
    let (stream, peer) = match dialled {
        Ok(proved) => proved,
        Err(why) => {
            let refused = matches!(why, DialError::Handshake(_));
            inner.retire(to, channel, number, Some(if refused { REFUSED_PAUSE } else { REDIAL_PAUSE }));
            drop(queue);
            return inner.report(to, channel, &why);
        }
    };
    queue.stands.store(true, Ordering::Relaxed);
    if channel == Channel::Control {
        inner.handler.connected(&peer);
    }
    let stood = Instant::now();
    let ended = pump(stream, &mut queue).await;
    // A peer that hangs up at once, every time, would have each frame cost a handshake.
    let rest = (stood.elapsed() < REDIAL_PAUSE).then_some(REDIAL_PAUSE);
    inner.retire(to, channel, number, rest);
    drop(queue);
    if let Err(error) = ended
        && channel == Channel::Control
    {
        inner.handler.lost(to, how_lost(to, &error).await);
    }
}

/// Writes the queue to the connection. `Ok`: the queue was closed and all is written. `Err`: the connection broke, or the peer
/// ended it.
async fn pump(stream: Stream, queue: &mut Queue) -> io::Result<()> {
    let (mut reading, writing) = tokio::io::split(stream);
    tokio::select! {
        written = frame::write_all(Box::new(writing), queue) => written,
        error = until_end(&mut reading) => Err(error),
    }
}

/// Waits for the peer to end the connection: it never writes on one that it did not dial.
async fn until_end<R: AsyncRead + Unpin>(stream: &mut R) -> io::Error {
    let mut byte = [0u8; 1];
    match stream.read(&mut byte).await {
        Ok(0) => io::ErrorKind::UnexpectedEof.into(),
        Ok(_) => io::Error::new(io::ErrorKind::InvalidData, "bytes on a connection that is for sending"),
        Err(error) => error,
    }
}

/// Tells a process that is gone from a connection that only ended.
pub(super) async fn how_lost(addr: SocketAddr, error: &io::Error) -> Lost {
    if error.kind() == io::ErrorKind::TimedOut {
        return Lost::TimedOut;
    }
    for pause in GONE_PROBES {
        tokio::time::sleep(pause).await;
        match tokio::time::timeout(GONE_PROBE_LIMIT, TcpStream::connect(addr)).await {
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => return Lost::Refused,
            Ok(_) => {}
            Err(_) => return Lost::TimedOut,
        }
    }
    Lost::Closed
}

impl Inner {
    fn report(&self, to: SocketAddr, channel: Channel, why: &DialError) {
        match why {
            DialError::Handshake(why) => self.handler.refused(to, why),
            // The control connection speaks for both.
            DialError::Unreachable(error) if channel == Channel::Control => {
                self.handler.lost(
                    to,
                    match error.kind() {
                        io::ErrorKind::ConnectionRefused => Lost::Refused,
                        io::ErrorKind::TimedOut => Lost::TimedOut,
                        other => Lost::Unreachable(other),
                    },
                );
            }
            DialError::Unreachable(_) => {}
        }
    }
}
