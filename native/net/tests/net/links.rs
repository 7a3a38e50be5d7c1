// SPDX-License-Identifier: GPL-2.0-or-later
//! Frames between members: order, independence of peers and channels, loss and return, leaving.

use crate::children::Child;
use crate::harness::{Event, PATIENCE, deliver, loopback, node, node_with, send_soon};
use bytes::Bytes;
use gs_cluster_net::refusal::HandshakeError;
use gs_cluster_net::tls::Tls;
use gs_cluster_net::transport::{BindError, Channel, Listener, Lost, MAX_FRAME, REDIAL_PAUSE, SendError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle};

const ALL: [Channel; 2] = [Channel::Control, Channel::Delta];

#[tokio::test(flavor = "multi_thread")]
async fn frames_arrive_in_order_on_every_channel_both_ways() {
    let (a, b) = (node("s"), node("s"));
    for (from, to) in [(&a, &b), (&b, &a)] {
        for channel in ALL {
            for n in 0..200u32 {
                from.transport.send(to.addr, channel, Bytes::copy_from_slice(&n.to_be_bytes())).unwrap();
            }
        }
        for channel in ALL {
            to.seen
                .wait("last frame", |event| match event {
                    Event::Frame(_, on, frame) if *on == channel && frame[..] == 199u32.to_be_bytes() => Some(()),
                    _ => None,
                })
                .await;
            let got: Vec<u32> = to
                .seen
                .events()
                .iter()
                .filter_map(|event| match event {
                    Event::Frame(sender, on, frame) if *on == channel && *sender == from.member => {
                        Some(u32::from_be_bytes(frame[..].try_into().unwrap()))
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(got, (0..200).collect::<Vec<_>>());
        }
    }
    let directions = a
        .seen
        .events()
        .iter()
        .filter_map(|event| match event {
            Event::Connected(peer) if peer.member == b.member && peer.advertised == b.addr => Some(peer.dialled),
            _ => None,
        })
        .collect::<Vec<_>>();
    assert_eq!(directions.len(), 2, "{directions:?}");
    assert!(directions.contains(&Some(b.addr)) && directions.contains(&None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_of_the_largest_size_passes_and_a_larger_one_is_not_taken() {
    let (a, b) = (node("s"), node("s"));
    let largest = Bytes::from((0..=250u8).cycle().take(MAX_FRAME).collect::<Vec<_>>());
    a.transport.send(b.addr, Channel::Delta, largest.clone()).unwrap();
    let arrived = b.seen.wait("large frame", |event| match event {
        Event::Frame(_, Channel::Delta, frame) => Some(frame.clone()),
        _ => None,
    });
    assert!(arrived.await == largest);
    let larger = Bytes::from(vec![0; MAX_FRAME + 1]);
    assert_eq!(a.transport.send(b.addr, Channel::Delta, larger), Err(SendError::TooLarge));
}

#[test]
fn a_peer_that_stops_reading_stalls_neither_others_nor_its_other_channels() {
    let runtimes: Vec<_> =
        (0..2).map(|_| Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap()).collect();
    let slow = node_with("test", "s", &loopback(0), Tls::ephemeral().unwrap(), runtimes[1].handle());
    runtimes[0].block_on(async {
        let (a, healthy) = (node("s"), node("s"));
        send_soon(&a, slow.addr, Channel::Control, b"first").await;
        slow.seen.frame(b"first").await;
        slow.seen.set_shut(true);
        let piece = Bytes::from(vec![0; 1 << 20]);
        let filled = tokio::time::timeout(PATIENCE, async {
            while a.transport.send(slow.addr, Channel::Delta, piece.clone()) != Err(SendError::Full) {
                tokio::task::yield_now().await;
            }
        });
        filled.await.expect("the queue to the slow peer fills up");
        // The others are as quick as ever, and the slow peer's control queue has room.
        for n in 0..100u32 {
            a.transport.send(healthy.addr, Channel::Delta, Bytes::copy_from_slice(&n.to_be_bytes())).unwrap();
        }
        healthy
            .seen
            .wait("last frame", |event| match event {
                Event::Frame(_, _, frame) if frame[..] == 99u32.to_be_bytes() => Some(()),
                _ => None,
            })
            .await;
        a.transport.send(slow.addr, Channel::Control, Bytes::from_static(b"second")).unwrap();
        slow.seen.set_shut(false);
        slow.seen.frame(b"second").await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn after_hanging_up_the_next_frame_goes_over_a_new_connection() {
    let (a, b, c) = (node("s"), node("s"), node("s"));
    for (content, connections) in [(&b"first"[..], 1), (b"second", 1), (b"third", 2)] {
        if content == b"third" {
            a.transport.hang_up(b.addr);
        }
        for to in [&b, &c] {
            a.transport.send(to.addr, Channel::Control, Bytes::from_static(content)).unwrap();
            to.seen.frame(content).await;
        }
        let dialled = |to| {
            let events = a.seen.events();
            events.iter().filter(|e| matches!(e, Event::Connected(peer) if peer.dialled == Some(to))).count()
        };
        assert_eq!((dialled(b.addr), dialled(c.addr)), (connections, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_is_noticed_by_a_refused_redial() {
    let a = node("s");
    let mut times = Vec::new();
    for _ in 0..5 {
        let mut child = Child::node("s");
        let addr = child.addr().await;
        send_soon(&a, addr, Channel::Control, b"hello").await;
        a.seen
            .wait("connection", |event| match event {
                Event::Connected(peer) if peer.dialled == Some(addr) => Some(()),
                _ => None,
            })
            .await;
        let killed = Instant::now();
        child.kill();
        assert_eq!(a.seen.lost(addr).await, Lost::Refused);
        times.push(killed.elapsed());
    }
    println!("kill to Lost::Refused: {times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_process_is_given_up() {
    let a = node("s");
    let mut child = Child::node("s");
    let addr = child.addr().await;
    send_soon(&a, addr, Channel::Control, b"hello").await;
    a.seen.wait("connection", |event| matches!(event, Event::Connected(_)).then_some(())).await;
    child.freeze();
    // As much as its system takes without the process, and then some.
    let piece = Bytes::from(vec![0; 1 << 20]);
    let sending = async {
        loop {
            let _ = a.transport.send(addr, Channel::Control, piece.clone());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        lost = a.seen.lost(addr) => assert_eq!(lost, Lost::TimedOut),
        () = sending => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_is_noticed_where_only_it_had_dialled() {
    let a = node("s");
    let mut child = Child::node_dialling("s", a.addr);
    let addr = child.addr().await;
    a.seen.frame(b"from the child").await;
    child.kill();
    assert_eq!(a.seen.lost(addr).await, Lost::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_comes_back_is_dialled_again() {
    let a = node("s");
    let first = node("s");
    deliver(&a, &first, Channel::Control, b"to the first").await;
    deliver(&a, &first, Channel::Delta, b"delta to the first").await;
    let port = first.addr.port();
    first.transport.close(PATIENCE).await;
    assert_eq!(first.transport.send(a.addr, Channel::Control, Bytes::new()), Err(SendError::Closed));
    assert_eq!(a.seen.lost(first.addr).await, Lost::Refused);

    let second = node_with("test", "s", &loopback(port), Tls::ephemeral().unwrap(), &Handle::current());
    assert_eq!(second.addr, first.addr);
    deliver(&a, &second, Channel::Control, b"to the second").await;
    deliver(&a, &second, Channel::Delta, b"delta to the second").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_address_is_not_dialled_for_each_frame() {
    let a = node("s");
    let gone = node("s");
    gone.transport.close(PATIENCE).await;
    send_soon(&a, gone.addr, Channel::Control, b"x").await;
    assert_eq!(a.seen.lost(gone.addr).await, Lost::Refused);
    let started = Instant::now();
    let mut taken = 0;
    while started.elapsed() < REDIAL_PAUSE / 2 {
        taken += u32::from(a.transport.send(gone.addr, Channel::Control, Bytes::new()).is_ok());
    }
    assert!(taken <= 1, "{taken} dials to a dead address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_dials_in_is_dialled_at_once_whatever_was_before() {
    let a = node("s");
    let stranger = node("t");
    send_soon(&a, stranger.addr, Channel::Control, b"x").await;
    a.seen.refused().await;
    stranger.transport.close(PATIENCE).await;
    // The long pause after a refused handshake has begun; the administrator corrects the secret.
    let network = loopback(stranger.addr.port());
    let member = node_with("test", "s", &network, Tls::ephemeral().unwrap(), &Handle::current());
    send_soon(&member, a.addr, Channel::Control, b"now a member").await;
    a.seen.frame(b"now a member").await;
    a.transport.send(member.addr, Channel::Control, Bytes::from_static(b"welcome")).unwrap();
    member.seen.frame(b"welcome").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_goes_out_before_a_node_leaves() {
    let (a, b) = (node("s"), node("s"));
    for _ in 0..100 {
        a.transport.send(b.addr, Channel::Delta, Bytes::from(vec![1; 10_000])).unwrap();
    }
    a.transport.send(b.addr, Channel::Control, Bytes::from_static(b"leaving")).unwrap();
    a.transport.close(PATIENCE).await;
    let before = a.seen.events();
    b.seen.frame(b"leaving").await;
    let deltas = b.seen.wait("the deltas", |event| match event {
        Event::Frame(_, Channel::Delta, _) => Some(()),
        _ => None,
    });
    deltas.await;
    let all = tokio::time::timeout(PATIENCE, async {
        while b.seen.events().iter().filter(|event| matches!(event, Event::Frame(_, Channel::Delta, _))).count() < 100 {
            tokio::task::yield_now().await;
        }
    });
    all.await.expect("every queued frame arrives");
    // The port is free, and nothing is said to the handler any more.
    Listener::bind(&loopback(a.addr.port())).unwrap();
    send_soon_expecting_nothing(&b, a.addr).await;
    assert_eq!(a.seen.events(), before);
    a.transport.close(PATIENCE).await;
}

async fn send_soon_expecting_nothing(from: &crate::harness::Node, to: std::net::SocketAddr) {
    send_soon(from, to, Channel::Control, b"too late").await;
    assert_eq!(from.seen.lost(to).await, Lost::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_does_not_wait_longer_than_it_is_told() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let a = node("s");
    a.transport.send(silent.local_addr().unwrap(), Channel::Control, Bytes::from_static(b"x")).unwrap();
    let _held = silent.accept().await.unwrap();
    tokio::time::timeout(PATIENCE, a.transport.close(Duration::from_millis(100))).await.expect("close is bounded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_or_name_is_refused_and_nothing_passes() {
    let (a, other_secret) = (node("s"), node("t"));
    let other_name = node_with("other", "s", &loopback(0), Tls::ephemeral().unwrap(), &Handle::current());
    for (stranger, same_name) in [(&other_secret, true), (&other_name, false)] {
        for channel in ALL {
            send_soon(&a, stranger.addr, channel, b"secret state").await;
        }
        let expected = HandshakeError::WrongSecretOrName { same_name };
        a.seen.wait("refusal", |event| (*event == Event::Refused(stranger.addr, expected.clone())).then_some(())).await;
        let (from, why) = stranger.seen.refused().await;
        assert_eq!((from, why), ("127.0.0.1:0".parse().unwrap(), expected));
        assert!(!stranger.seen.events().iter().any(|event| matches!(event, Event::Frame(..) | Event::Connected(_))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dialling_oneself_says_so() {
    let a = node("s");
    send_soon(&a, a.addr, Channel::Control, b"hello me").await;
    assert_eq!(a.seen.refused().await, (a.addr, HandshakeError::SelfConnection));
    assert_eq!(a.seen.events().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_count_up_and_a_full_range_says_what_to_do() {
    let first = Listener::bind(&loopback(0)).unwrap();
    let port = first.local().port();
    let taken = Listener::bind(&loopback(port)).unwrap_err();
    let text = taken.to_string();
    assert!(
        matches!(taken, BindError::Taken { .. }) && text.contains(&port.to_string()) && text.contains("auto-increment")
    );

    let mut network = loopback(port);
    network.auto_increment = true;
    network.port_count = 100;
    let second = Listener::bind(&network).unwrap();
    assert!(second.local().port() > port);

    network.port_count = 1;
    let text = Listener::bind(&network).unwrap_err().to_string();
    assert!(text.contains("port-count") && text.contains(&port.to_string()), "{text}");
}

#[test]
fn the_advertised_address_is_the_configured_one() {
    let mut network = loopback(0);
    network.bind_any = true;
    let any = Listener::bind(&network).unwrap();
    assert!(any.local().ip().is_unspecified());
    assert_eq!(any.advertised(), format!("127.0.0.1:{}", any.local().port()).parse().unwrap());

    let public = |host: &str, port| {
        let source = gs_cluster_config::Source::Default;
        Some(gs_cluster_config::PublicAddress { host: host.to_owned(), port, source })
    };
    network.public_address = public("192.0.2.9", Some(6000));
    assert_eq!(Listener::bind(&network).unwrap().advertised(), "192.0.2.9:6000".parse().unwrap());
    network.public_address = public("192.0.2.9", None);
    let own_port = Listener::bind(&network).unwrap();
    assert_eq!(own_port.advertised().port(), own_port.local().port());
    network.public_address = public("no-such-host.invalid", None);
    assert!(matches!(Listener::bind(&network), Err(BindError::PublicAddress { .. })));

    network.public_address = None;
    network.interfaces = vec!["203.0.113.*".parse().unwrap()];
    let text = Listener::bind(&network).unwrap_err().to_string();
    assert!(text.contains("203.0.113.*") && text.contains("127.0.0.1"), "{text}");
}
