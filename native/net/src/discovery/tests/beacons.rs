// SPDX-License-Identifier: GPL-2.0-or-later
//! Multicast between members on one host.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use gs_cluster_config::Config;

use super::super::{Discovered, Mode, beacon};
use super::{Node, line, me, nowhere};

/// Multicast on loopback, on a port of the test's own.
fn loopback() -> Config {
    let mut config = nowhere();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    // Held until the process ends, so that no other test gets the port.
    std::mem::forget(socket);
    config.multicast.enabled = true;
    config.multicast.group = IpAddr::V4(Ipv4Addr::new(239, 255, 77, 1));
    config.multicast.port = port;
    config.multicast.ttl = 0;
    config.multicast.source = line(5);
    config.network.interfaces = vec!["127.0.0.1".parse().unwrap()];
    config
}

/// Sends raw packets to the group of `config`.
struct Sender(UdpSocket, SocketAddr);

impl Sender {
    fn new(config: &Config) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket2::SockRef::from(&socket).set_multicast_if_v4(&Ipv4Addr::LOCALHOST).unwrap();
        Self(socket, SocketAddr::new(config.multicast.group, config.multicast.port))
    }

    fn send(&self, packet: &[u8]) {
        self.0.send_to(packet, self.1).unwrap();
    }
}

async fn all_find_each_other(config: &Config, count: usize) {
    let mut nodes: Vec<Node> = (0..count).map(|_| Node::start(config)).collect();
    let all: Vec<SocketAddr> = nodes.iter().map(|node| node.me.advertised).collect();
    for node in &mut nodes {
        let own = node.me.advertised;
        for addr in all.iter().filter(|addr| **addr != own) {
            if !node.seeds().contains(addr) {
                node.until_seed(*addr).await;
            }
        }
        assert!(!node.seeds().contains(&own), "a node said itself");
    }
}

#[tokio::test]
async fn two_nodes_find_each_other() {
    all_find_each_other(&loopback(), 2).await;
}

#[tokio::test]
async fn five_nodes_find_each_other() {
    all_find_each_other(&loopback(), 5).await;
}

#[tokio::test]
async fn a_node_that_starts_later_is_found_by_a_settled_one() {
    let config = loopback();
    let mut first = Node::start(&config);
    let mut second = Node::start(&config);
    first.until_seed(second.me.advertised).await;
    second.until_seed(first.me.advertised).await;
    first.lonely.send(false).unwrap();
    second.lonely.send(false).unwrap();
    let mut third = Node::start(&config);
    first.until_seed(third.me.advertised).await;
    third.until_seed(first.me.advertised).await;
    third.until_seed(second.me.advertised).await;
}

#[tokio::test]
async fn foreign_forged_and_stray_packets_are_ignored() {
    let config = loopback();
    let mut node = Node::start(&config);
    let mut other = Node::start(&config);
    // Both listen once they have heard each other.
    node.until_seed(other.me.advertised).await;
    other.until_seed(node.me.advertised).await;

    let sender = Sender::new(&config);
    let stranger: SocketAddr = "10.9.9.9:5701".parse().unwrap();
    sender.send(&beacon::seal(&me("another", "secret", stranger), 1));
    sender.send(&beacon::seal(&me("test", "wrong", stranger), 1));
    sender.send(&[1, 0, 0, 0, 0, 0, 0, 0xfe]);
    sender.send(&[]);
    sender.send(&vec![b'G'; 9000]);
    let mut changed = beacon::seal(&me("test", "secret", stranger), 1);
    changed[9] ^= 1;
    sender.send(&changed);
    // Packets of one socket arrive in order: when this one is said, the others were ignored.
    let known: SocketAddr = "127.0.0.1:4".parse().unwrap();
    sender.send(&beacon::seal(&me("test", "secret", known), 1));
    for node in [&mut node, &mut other] {
        node.until_seed(known).await;
        let strangers: Vec<_> = node.seeds().into_iter().filter(|addr| addr.ip() == stranger.ip()).collect();
        assert_eq!(strangers, []);
        let problems: Vec<_> = node.said.iter().filter(|d| matches!(d, Discovered::Problem { .. })).collect();
        let [Discovered::Problem { by: Mode::Multicast, source, text, fatal: false }] = problems[..] else {
            panic!("{problems:#?}");
        };
        assert_eq!(*source, line(5));
        assert!(text.contains("127.0.0.1") && text.contains("another secret"), "{text}");
    }
}

#[tokio::test]
async fn untrusted_senders_are_ignored() {
    let config = loopback();
    let mut guarded = config.clone();
    guarded.multicast.trusted_interfaces = vec!["10.0.0.*".parse().unwrap()];
    let mut node = Node::start(&config);
    let mut guarded = Node::start(&guarded);
    node.until_seed(guarded.me.advertised).await;
    // The guarded node hears the same packets; what tells that it did is the problem after them.
    let sender = Sender::new(&config);
    sender.send(&beacon::seal(&me("test", "secret", "127.0.0.1:4".parse().unwrap()), 1));
    sender.send(&beacon::seal(&me("test", "wrong", "127.0.0.1:4".parse().unwrap()), 1));
    guarded.until_problem("another secret").await;
    assert_eq!(guarded.seeds(), []);
}

#[tokio::test]
async fn no_suitable_interface_is_a_problem() {
    let mut config = loopback();
    config.network.interfaces = vec!["203.0.113.*".parse().unwrap()];
    let mut node = Node::start(&config);
    let (text, fatal) = node.until_problem("203.0.113.*").await;
    assert!(!fatal && text.contains("<interfaces>") && text.contains("<tcp-ip>"), "{text}");
}

#[tokio::test]
async fn a_port_that_is_not_shared_is_a_problem() {
    let config = loopback();
    let group = (Ipv4Addr::new(239, 255, 77, 1), config.multicast.port);
    let taken = UdpSocket::bind(group).unwrap();
    let mut node = Node::start(&config);
    let (text, _) = node.until_problem("is taken").await;
    assert!(text.contains(&config.multicast.port.to_string()), "{text}");
    drop(taken);
    node.until("end of the problem", |found| *found == Discovered::Solved { by: Mode::Multicast }).await;
}
