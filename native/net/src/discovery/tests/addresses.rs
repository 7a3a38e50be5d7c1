// SPDX-License-Identifier: GPL-2.0-or-later
//! List of members and DNS name.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use gs_cluster_config::{Config, Kubernetes, MemberSpec};
use socket2::{Domain, Socket, Type};

use super::super::{Discovered, Mode};
use super::{Node, line, nowhere, unknown_name};

fn spec(host: &str, first: u16, last: u16) -> MemberSpec {
    MemberSpec { host: host.into(), ports: first..=last }
}

fn at(addr: SocketAddr) -> MemberSpec {
    spec(&addr.ip().to_string(), addr.port(), addr.port())
}

fn list(members: Vec<MemberSpec>) -> Config {
    let mut config = nowhere();
    config.tcp_ip.enabled = true;
    config.tcp_ip.members = members;
    config.tcp_ip.source = line(7);
    config
}

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

/// An address that refuses connections.
fn refusing() -> SocketAddr {
    listener().1
}

/// An address that lets connections hang, as a firewall does: its queue of connections is full.
fn silent() -> (Socket, Vec<TcpStream>, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    socket.listen(0).unwrap();
    let addr = socket.local_addr().unwrap().as_socket().unwrap();
    let mut full = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&addr, Duration::from_millis(200)) {
        full.push(stream);
    }
    (socket, full, addr)
}

#[tokio::test]
async fn a_live_member_is_found_among_dead_ones() {
    let (_live, addr) = listener();
    let (_socket, _full, silent) = silent();
    let mut node = Node::start(&list(vec![at(silent), at(refusing()), spec(&unknown_name(), 5701, 5703), at(addr)]));
    let found = node.until("seed", |found| matches!(found, Discovered::Seed { .. })).await;
    assert_eq!(found, Discovered::Seed { addr, by: Mode::TcpIp, source: line(7) });
    // Before the silent member's second was over.
    assert_eq!(node.said.len(), 1);
    let (text, fatal) = node.until_problem(&unknown_name()).await;
    assert!(!fatal && text.contains("Check its spelling"), "{text}");
    assert!(!text.contains("works alone"), "{text}");
    // Seeds are said again while this node is alone.
    node.until_seed(addr).await;
}

#[tokio::test]
async fn every_port_of_a_host_is_tried() {
    let (_live, addr) = listener();
    let mut node = Node::start(&list(vec![spec("127.0.0.1", addr.port() - 2, addr.port())]));
    node.until_seed(addr).await;
}

#[tokio::test]
async fn nobody_there_is_a_problem_until_somebody_is() {
    let (socket, full, silent) = silent();
    let refusing = refusing();
    let mut node = Node::start(&list(vec![at(silent), spec("127.0.0.2", refusing.port(), refusing.port())]));
    let (text, fatal) = node.until_problem("works alone").await;
    assert!(!fatal);
    assert!(text.contains("no answer from 127.0.0.1") && text.contains("connection refused by 127.0.0.2"), "{text}");
    let unchanged = node.said.len();
    drop((socket, full));
    let _live = TcpListener::bind(silent).unwrap();
    node.until("end of the problem", |found| *found == Discovered::Solved { by: Mode::TcpIp }).await;
    assert!(node.seeds().contains(&silent));
    let texts: Vec<_> = node.said[unchanged..].iter().filter(|d| matches!(d, Discovered::Problem { .. })).collect();
    assert!(texts.len() <= 1, "said again without a change: {texts:#?}");
}

#[tokio::test]
async fn our_own_address_is_no_seed_and_no_problem() {
    let (_live, addr) = listener();
    let mut config = list(vec![at(addr)]);
    let (own, own_addr) = listener();
    drop(own);
    let me = super::me("test", "secret", own_addr);
    assert!(me.is_at(own_addr));
    assert!(!me.is_at(addr));
    let mut everywhere = me.clone();
    everywhere.listening = SocketAddr::from(([0, 0, 0, 0], own_addr.port()));
    assert!(everywhere.is_at(SocketAddr::from(([127, 0, 0, 9], own_addr.port()))));
    assert!(!everywhere.is_at(SocketAddr::from(([203, 0, 113, 77], own_addr.port()))));
    // The whole range in which the node itself listens: only the other one is said.
    config.tcp_ip.members = vec![at(addr)];
    let mut node = Node::start(&config);
    config.tcp_ip.members.push(at(node.me.advertised));
    let mut second = Node::start(&config);
    second.until_seed(node.me.advertised).await;
    node.until_seed(addr).await;
    assert!(!second.seeds().contains(&second.me.advertised));
}

#[tokio::test]
async fn without_its_required_member_a_node_joins_nothing() {
    let (_live, other) = listener();
    let required = refusing();
    let mut config = list(vec![at(other)]);
    config.tcp_ip.required_member = Some(at(required));
    let mut node = Node::start(&config);
    let (text, _) = node.until_problem("required member").await;
    assert!(text.contains("connection refused by 127.0.0.1") && text.contains("joins no cluster"), "{text}");
    assert!(node.discovery.required_missing().borrow().to_owned());
    assert_eq!(node.seeds(), []);
    let _live = TcpListener::bind(required).unwrap();
    node.until_seed(required).await;
    node.until_seed(other).await;
    assert!(!node.discovery.required_missing().borrow().to_owned());
    assert!(node.said.contains(&Discovered::Solved { by: Mode::TcpIp }));
}

#[tokio::test]
async fn the_required_member_itself_waits_for_nobody() {
    let (_live, other) = listener();
    let (own, own_addr) = listener();
    drop(own);
    let mut config = list(vec![at(other)]);
    // Whatever port the node gets, it listens on this host.
    config.tcp_ip.required_member = Some(spec("127.0.0.1", 1024, 1024));
    let mut me = super::me("test", "secret", own_addr);
    me.listening = SocketAddr::from(([0, 0, 0, 0], 1024));
    let (_lonely, is_lonely) = tokio::sync::watch::channel(true);
    let (out, mut found) = tokio::sync::mpsc::channel(4);
    let discovery = super::start_with(&config, me, out, is_lonely, Duration::ZERO);
    let seed = tokio::time::timeout(super::DEADLINE, found.recv()).await.expect("no seed");
    assert_eq!(seed, Some(Discovered::Seed { addr: other, by: Mode::TcpIp, source: line(7) }));
    discovery.stop().await;
}

#[tokio::test]
async fn a_dns_name_gives_seeds() {
    let (_live, addr) = listener();
    let mut config = nowhere();
    config.kubernetes = Some(Kubernetes {
        service_dns: "localhost".into(),
        service_dns_timeout: Duration::from_secs(20),
        ports: addr.port()..=addr.port(),
        source: line(9),
    });
    let mut node = Node::start(&config);
    let found = node.until("seed", |found| matches!(found, Discovered::Seed { .. })).await;
    assert_eq!(found, Discovered::Seed { addr, by: Mode::Kubernetes, source: line(9) });
}

#[tokio::test]
async fn a_wrong_service_name_is_said() {
    let mut config = nowhere();
    config.kubernetes = Some(Kubernetes {
        service_dns: unknown_name(),
        service_dns_timeout: Duration::from_secs(20),
        ports: 5701..=5703,
        source: line(9),
    });
    let mut node = Node::start(&config);
    let (text, fatal) = node.until_problem(&unknown_name()).await;
    assert!(!fatal && text.contains("publishNotReadyAddresses"), "{text}");
}
