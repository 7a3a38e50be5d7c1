// SPDX-License-Identifier: GPL-2.0-or-later
//! The strong mode: an operator's authority.

use crate::harness::{Event, Node, deliver, loopback, node, node_with, send_soon};
use gs_cluster_net::refusal::HandshakeError;
use gs_cluster_net::tls::{Tls, TlsError};
use gs_cluster_net::transport::Channel;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
    dir: PathBuf,
}

impl Authority {
    fn new(dir: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = dir.join(format!("{name}.pem"));
        std::fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, file, dir: dir.to_owned() }
    }

    /// A certificate in a file, and its key in another.
    fn issue(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (PathBuf, PathBuf) {
        let mut params = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let files = (self.dir.join(format!("{name}.crt")), self.dir.join(format!("{name}.key")));
        std::fs::write(&files.0, certificate.pem()).unwrap();
        std::fs::write(&files.1, key.serialize_pem()).unwrap();
        files
    }

    fn tls(&self, name: &str) -> Tls {
        let (certificate, key) = self.issue(name, |_| {});
        Tls::mutual(&self.file, &certificate, &key).unwrap()
    }

    fn node(&self, name: &str, secret: &str) -> Node {
        node_with("test", secret, &loopback(0), self.tls(name), &Handle::current())
    }
}

fn got_in(node: &Node) -> bool {
    node.seen.events().iter().any(|event| matches!(event, Event::Frame(..) | Event::Connected(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_of_one_authority_and_one_secret_are_needed_both() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(dir.path(), "authority");
    let (a, b) = (authority.node("a", "s"), authority.node("b", "s"));
    deliver(&a, &b, Channel::Control, b"signed").await;
    deliver(&b, &a, Channel::Delta, b"back").await;

    let other_secret = authority.node("c", "t");
    send_soon(&other_secret, a.addr, Channel::Control, b"no").await;
    let why = HandshakeError::WrongSecretOrName { same_name: true };
    assert_eq!(other_secret.seen.refused().await, (a.addr, why));
    assert!(!got_in(&other_secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_nobody_or_of_another_authority_is_refused_both_ways() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(dir.path(), "authority");
    let stranger = Authority::new(dir.path(), "stranger").node("x", "s");
    for other in [stranger, node("s")] {
        let a = authority.node("a", "s");
        send_soon(&other, a.addr, Channel::Control, b"no").await;
        assert!(matches!(a.seen.refused().await.1, HandshakeError::Tls(_)), "{:?}", a.seen.events());
        assert!(matches!(other.seen.refused().await.1, HandshakeError::Tls(_)), "{:?}", other.seen.events());

        let b = authority.node("b", "s");
        send_soon(&b, other.addr, Channel::Control, b"no").await;
        let (addr, why) = b.seen.refused().await;
        assert!(addr == other.addr && matches!(why, HandshakeError::Tls(_)), "{why:?}");
        assert!(!got_in(&a) && !got_in(&b) && !got_in(&other));
    }
}

#[test]
fn a_certificate_that_peers_would_refuse_is_said_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::new(dir.path(), "authority");
    let stranger = Authority::new(dir.path(), "stranger");
    let good = authority.issue("good", |_| {});
    let try_with = |(certificate, key): (PathBuf, PathBuf)| Tls::mutual(&authority.file, &certificate, &key);

    let expired = authority.issue("expired", |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let server_only =
        authority.issue("server", |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
    for bad in [expired, server_only, stranger.issue("foreign", |_| {})] {
        let name = bad.0.display().to_string();
        let error = try_with(bad).err().unwrap();
        assert!(matches!(error, TlsError::Unusable { .. }) && error.to_string().contains(&name), "{error}");
    }
    let other_key = (good.0.clone(), authority.issue("other", |_| {}).1);
    let swapped = (good.1.clone(), good.0.clone());
    let missing = (dir.path().join("missing.crt"), good.1.clone());
    for bad in [other_key, swapped, missing] {
        let error = try_with(bad).err().unwrap();
        assert!(matches!(error, TlsError::File { .. }), "{error}");
    }
    assert!(try_with(good).unwrap().is_mutual());
}
