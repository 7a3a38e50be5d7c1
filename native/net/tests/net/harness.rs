// SPDX-License-Identifier: GPL-2.0-or-later
//! Nodes on loopback whose handler writes down what it is told.

use bytes::Bytes;
use gs_cluster_config::Network;
use gs_cluster_net::auth::{ClusterKey, Identity, PeerInfo};
use gs_cluster_net::files::Roots;
use gs_cluster_net::refusal::HandshakeError;
use gs_cluster_net::tls::Tls;
use gs_cluster_net::transport::{Channel, Handler, Listener, Lost, SendError, Transport};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore};

/// How long a condition may take on a machine that is busy with other things; nothing is slow that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Frame(u128, Channel, Bytes),
    Connected(PeerInfo),
    Lost(SocketAddr, Lost),
    Refused(SocketAddr, HandshakeError),
}

/// Writes down events; a frame waits in the handler while the gate is shut.
pub(crate) struct Recorder {
    events: Mutex<Vec<Event>>,
    changed: Notify,
    shut: Mutex<bool>,
    opened: std::sync::Condvar,
}

impl Recorder {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            events: Mutex::default(),
            changed: Notify::new(),
            shut: Mutex::new(false),
            opened: std::sync::Condvar::new(),
        })
    }

    pub(crate) fn set_shut(&self, shut: bool) {
        *self.shut.lock().unwrap() = shut;
        self.opened.notify_all();
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    fn note(&self, event: Event) {
        self.events.lock().unwrap().push(event);
        self.changed.notify_waiters();
    }

    /// Waits until an event fulfils the condition, and gives what it says of it.
    pub(crate) async fn wait<T>(&self, what: &str, condition: impl Fn(&Event) -> Option<T>) -> T {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(found) = self.events.lock().unwrap().iter().find_map(&condition) {
                    return found;
                }
                changed.await;
            }
        });
        let found = found.await;
        found.unwrap_or_else(|_| panic!("no {what}; there was {:?}", self.events()))
    }

    pub(crate) async fn frame(&self, content: &'static [u8]) -> Channel {
        let found = self.wait("frame", |event| match event {
            Event::Frame(_, channel, frame) if frame == content => Some(*channel),
            _ => None,
        });
        found.await
    }

    pub(crate) async fn refused(&self) -> (SocketAddr, HandshakeError) {
        let found = self.wait("refusal", |event| match event {
            Event::Refused(addr, why) => Some((*addr, why.clone())),
            _ => None,
        });
        found.await
    }

    pub(crate) async fn lost(&self, addr: SocketAddr) -> Lost {
        let found = self.wait("loss", |event| match event {
            Event::Lost(of, why) if *of == addr => Some(*why),
            _ => None,
        });
        found.await
    }
}

impl Handler for Recorder {
    fn frame(&self, from: &PeerInfo, channel: Channel, frame: Bytes) {
        let shut = self.shut.lock().unwrap();
        drop(self.opened.wait_while(shut, |shut| *shut).unwrap());
        self.note(Event::Frame(from.member, channel, frame));
    }

    fn connected(&self, peer: &PeerInfo) {
        self.note(Event::Connected(peer.clone()));
    }

    fn lost(&self, addr: SocketAddr, why: Lost) {
        self.note(Event::Lost(addr, why));
    }

    fn refused(&self, addr: SocketAddr, why: &HandshakeError) {
        self.note(Event::Refused(addr, why.clone()));
    }
}

pub(crate) struct Node {
    pub(crate) member: u128,
    pub(crate) addr: SocketAddr,
    pub(crate) transport: Transport,
    pub(crate) seen: Arc<Recorder>,
    pub(crate) roots: Roots,
}

pub(crate) fn loopback(port: u16) -> Network {
    let interfaces = vec!["127.0.0.1".parse().unwrap()];
    Network { port, auto_increment: false, bind_any: false, interfaces, ..Network::default() }
}

pub(crate) fn node(secret: &str) -> Node {
    node_with("test", secret, &loopback(0), Tls::ephemeral().unwrap(), &Handle::current())
}

pub(crate) fn node_with(cluster: &str, secret: &str, network: &Network, tls: Tls, runtime: &Handle) -> Node {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let member = u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) + u128::from(std::process::id()) * 1_000_000;
    let listener = Listener::bind(network).unwrap();
    let addr = listener.advertised();
    let me =
        Identity { member, name: format!("node {member}"), advertised: addr, key: ClusterKey::derive(cluster, secret) };
    let (seen, roots) = (Recorder::new(), Roots::default());
    let guard = runtime.enter();
    let transport = Transport::start(listener, me, tls, roots.clone(), seen.clone(), runtime);
    drop(guard);
    Node { member, addr, transport, seen, roots }
}

/// Sends until it is taken: a peer that was gone is dialled again after a pause only.
pub(crate) async fn send_soon(from: &Node, to: SocketAddr, channel: Channel, frame: &'static [u8]) {
    let sent = tokio::time::timeout(PATIENCE, async {
        while from.transport.send(to, channel, Bytes::from_static(frame)) == Err(SendError::Closed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    sent.await.expect("the frame is taken");
}

/// Sends until the peer has it: what is queued when a connection breaks is lost, as documented.
pub(crate) async fn deliver(from: &Node, to: &Node, channel: Channel, frame: &'static [u8]) {
    let arrived = Semaphore::new(0);
    let sending = async {
        loop {
            let _ = from.transport.send(to.addr, channel, Bytes::from_static(frame));
            if tokio::time::timeout(Duration::from_millis(50), arrived.acquire()).await.is_ok() {
                return;
            }
        }
    };
    tokio::join!(sending, async {
        to.seen.frame(frame).await;
        arrived.add_permits(1);
    });
}
