// SPDX-License-Identifier: GPL-2.0-or-later
//! What is not this module, on either end of a connection.

use crate::harness::{Event, PATIENCE, deliver, node, send_soon};
use gs_cluster_net::refusal::{HandshakeError, Stranger};
use gs_cluster_net::transport::{Channel, Lost};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test(flavor = "multi_thread")]
async fn strangers_that_connect_are_named_and_hung_up_on() {
    let spoken: [(&[u8], Stranger); 4] = [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Stranger::Http),
        (b"HZC", Stranger::Hazelcast),
        (b"\0\x01\x02\x03 neither TLS nor anything else", Stranger::Other),
        (&[0xff; 5000], Stranger::Other),
    ];
    for (says, stranger) in spoken {
        let a = node("s");
        let mut client = TcpStream::connect(a.addr).await.unwrap();
        client.write_all(says).await.unwrap();
        client.shutdown().await.unwrap();
        let (from, why) = a.seen.refused().await;
        assert_eq!((from, why), ("127.0.0.1:0".parse().unwrap(), HandshakeError::NotOurs(stranger)));
        let ended = tokio::time::timeout(PATIENCE, client.read_to_end(&mut Vec::new())).await;
        ended.expect("the node hangs up").ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_strangers_do_not_keep_members_out() {
    let (a, b) = (node("s"), node("s"));
    let mut idle = Vec::new();
    // More than have their turn at once: the first ones lose it when they keep silent.
    for n in 0..100 {
        let mut client = TcpStream::connect(a.addr).await.unwrap();
        if n % 2 == 0 {
            // The beginning of a TLS record that never goes on.
            client.write_all(b"\x16\x03\x01").await.unwrap();
        }
        idle.push(client);
    }
    deliver(&b, &a, Channel::Control, b"a member").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_before_its_first_byte_is_nobodys_business() {
    let (a, b) = (node("s"), node("s"));
    for _ in 0..10 {
        drop(TcpStream::connect(a.addr).await.unwrap());
    }
    deliver(&b, &a, Channel::Control, b"a member").await;
    assert!(!a.seen.events().iter().any(|event| matches!(event, Event::Refused(..))));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_that_are_dialled_are_named() {
    let answers: [(&[u8], Stranger); 4] = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Stranger::Http),
        (b"HZX", Stranger::Hazelcast),
        (b"220 mail.example ESMTP\r\n", Stranger::Other),
        (b"", Stranger::Silent),
    ];
    for (answer, stranger) in answers {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = server.local_addr().unwrap();
        let a = node("s");
        send_soon(&a, addr, Channel::Control, b"secret state").await;
        let (mut client, _) = server.accept().await.unwrap();
        let mut hello = vec![0; 4096];
        let n = client.read(&mut hello).await.unwrap();
        assert_eq!(hello[0], 0x16, "nothing but TLS leaves this node");
        assert!(!hello[..n].windows(6).any(|bytes| bytes == b"secret"));
        client.write_all(answer).await.unwrap();
        // What a record's header needs at least; then the end.
        client.shutdown().await.unwrap();
        assert_eq!(a.seen.refused().await, (addr, HandshakeError::NotOurs(stranger)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_never_answers_times_out() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = server.local_addr().unwrap();
    let a = node("s");
    send_soon(&a, addr, Channel::Delta, b"x").await;
    assert_eq!(a.seen.refused().await, (addr, HandshakeError::Timeout));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_nothing_listens_is_lost_at_once() {
    let addr = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let a = node("s");
    send_soon(&a, addr, Channel::Control, b"x").await;
    assert_eq!(a.seen.lost(addr).await, Lost::Refused);
}
