// SPDX-License-Identifier: GPL-2.0-or-later
use super::*;
use crate::refusal::Stranger;
use crate::transport::Channel;
use tokio::io::{AsyncReadExt, duplex};

const ONE: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];
const KIND: Kind = Kind::Frames(Channel::Delta);

fn me(member: u128, cluster: &str, secret: &str) -> Identity {
    let advertised = format!("[fd00::{member:x}]:5701").parse().unwrap();
    Identity { member, name: format!("node-{member}"), advertised, key: ClusterKey::derive(cluster, secret) }
}

fn seed() -> SocketAddr {
    "192.0.2.1:5701".parse().unwrap()
}

type Dialled = Result<PeerInfo, HandshakeError>;
type Answered = Result<(PeerInfo, Kind), HandshakeError>;

/// Both sides over one connection; each sees the exporter of its own TLS session.
async fn meet(dialling: &Identity, answering: &Identity, exporters: (&[u8; 32], &[u8; 32])) -> (Dialled, Answered) {
    let (mut near, mut far) = duplex(1024);
    tokio::join!(
        prove_dialling(&mut near, exporters.0, dialling, KIND, seed()),
        prove_answering(&mut far, exporters.1, answering),
    )
}

#[tokio::test]
async fn members_of_one_cluster_prove_each_other() {
    let (a, b) = (me(1, "c", "s"), me(2, "c", "s"));
    let (dialled, answered) = meet(&a, &b, (&ONE, &ONE)).await;
    let dialled = dialled.unwrap();
    assert_eq!((dialled.member, dialled.name.as_str(), dialled.advertised), (2, "node-2", b.advertised));
    assert_eq!(dialled.dialled, Some(seed()));
    let (peer, kind) = answered.unwrap();
    assert_eq!((peer.member, peer.advertised, peer.dialled, kind), (1, a.advertised, None, KIND));
}

#[tokio::test]
async fn another_secret_or_name_is_refused_and_both_sides_know_why() {
    for (other, same_name) in [(me(2, "c", "t"), true), (me(2, "d", "s"), false)] {
        let (dialled, answered) = meet(&me(1, "c", "s"), &other, (&ONE, &ONE)).await;
        assert_eq!(dialled, Err(HandshakeError::WrongSecretOrName { same_name }));
        assert_eq!(answered, Err(HandshakeError::WrongSecretOrName { same_name }));
    }
}

#[tokio::test]
async fn a_proof_is_worth_nothing_in_another_tls_session() {
    // What a man in the middle gets who relays between two TLS sessions of his own.
    let (dialled, answered) = meet(&me(1, "c", "s"), &me(2, "c", "s"), (&ONE, &OTHER)).await;
    assert_eq!(dialled, Err(HandshakeError::WrongSecretOrName { same_name: true }));
    assert_eq!(answered, Err(HandshakeError::WrongSecretOrName { same_name: true }));
}

#[tokio::test]
async fn a_reflected_proof_is_refused() {
    let a = me(1, "c", "s");
    let (mut near, mut far) = duplex(1024);
    let echo = async {
        let mut said = vec![0; 1024];
        let n = far.read(&mut said).await.unwrap();
        far.write_all(&said[..n]).await.unwrap();
    };
    let (dialled, ()) = tokio::join!(prove_dialling(&mut near, &ONE, &a, KIND, seed()), echo);
    assert_eq!(dialled, Err(HandshakeError::WrongSecretOrName { same_name: true }));
}

#[tokio::test]
async fn every_byte_of_a_hello_counts() {
    let (a, b) = (me(1, "c", "s"), me(2, "c", "s"));
    let mut said = my_hello(&a, KIND).encode();
    let proof = sign(&a.key, CLIENT_ROLE, &ONE, &[&said]);
    said.extend_from_slice(proof.as_ref());
    for at in 0..said.len() {
        let mut forged = said.clone();
        forged[at] ^= 1;
        let (mut near, mut far) = duplex(1024);
        near.write_all(&forged).await.unwrap();
        near.shutdown().await.unwrap();
        assert!(prove_answering(&mut far, &ONE, &b).await.is_err(), "byte {at} may be changed");
    }
}

#[tokio::test]
async fn oneself_is_recognised() {
    let (dialled, answered) = meet(&me(1, "c", "s"), &me(1, "c", "s"), (&ONE, &ONE)).await;
    assert_eq!(dialled, Err(HandshakeError::SelfConnection));
    assert_eq!(answered, Err(HandshakeError::SelfConnection));
}

#[tokio::test]
async fn another_version_is_named_on_both_sides() {
    let (mut near, mut far) = duplex(1024);
    // The hello of version 7 to 9, of which only the first fields are known today.
    near.write_all(b"GSNC\x00\x08\x00\x07\x00\x09\x00???").await.unwrap();
    let answered = prove_answering(&mut far, &ONE, &me(1, "c", "s")).await;
    assert_eq!(answered, Err(HandshakeError::Version { theirs: (7, 9) }));
    let told = Greeting::read(&mut near).await.unwrap();
    assert_eq!((told.status, told.versions), (Status::Version, VERSIONS));

    let (mut near, mut far) = duplex(1024);
    far.write_all(b"GSNC\x00\x05\x00\x07\x00\x09\x01").await.unwrap();
    let dialled = prove_dialling(&mut near, &ONE, &me(1, "c", "s"), KIND, seed()).await;
    assert_eq!(dialled, Err(HandshakeError::Version { theirs: (7, 9) }));
}

#[tokio::test]
async fn an_announced_length_takes_no_memory() {
    let (mut near, mut far) = duplex(1024);
    near.write_all(b"GSNC\xff\xff\x00\x01").await.unwrap();
    let answered = prove_answering(&mut far, &ONE, &me(1, "c", "s")).await;
    assert_eq!(answered, Err(HandshakeError::NotOurs(Stranger::Other)));
}

#[tokio::test]
async fn garbage_is_refused_and_never_a_panic() {
    use rand::{RngExt, SeedableRng};
    let node = me(1, "c", "s");
    let mut random = rand::rngs::StdRng::seed_from_u64(5);
    for round in 0..2000 {
        let mut bytes: Vec<u8> = (0..random.random_range(0..400)).map(|_| random.random()).collect();
        if round % 2 == 0 && bytes.len() > 11 {
            // Past the first checks, so that the fields are reached.
            bytes[..4].copy_from_slice(b"GSNC");
            let length = u16::try_from(bytes.len() - 6).unwrap();
            bytes[4..6].copy_from_slice(&length.to_be_bytes());
            bytes[6..11].copy_from_slice(&[0, 1, 0, 1, 0]);
        }
        let (mut near, mut far) = duplex(1024);
        near.write_all(&bytes).await.unwrap();
        near.shutdown().await.unwrap();
        assert!(prove_answering(&mut far, &ONE, &node).await.is_err());
    }
}

#[test]
fn a_long_name_is_cut_between_characters() {
    let mut node = me(1, "c", "s");
    node.name = format!("a{}", "ü".repeat(300));
    let said = my_hello(&node, KIND).encode();
    let length = said[6 + 5 + 32 + 16 + 19 + 1];
    assert_eq!(length, 199);
}

#[test]
fn keys_differ_by_name_secret_and_purpose() {
    let started = std::time::Instant::now();
    let key = ClusterKey::derive("c", "s");
    println!("a key is derived in {:?}", started.elapsed());
    let others = [ClusterKey::derive("c", "t"), ClusterKey::derive("d", "s"), ClusterKey::derive("cs", "")];
    for other in &others {
        assert_ne!(key.subkey("beacon"), other.subkey("beacon"));
    }
    assert_ne!(key.subkey("beacon"), key.subkey("proof of membership"));
    assert_eq!(format!("{key:?}"), "ClusterKey(..)");
}
