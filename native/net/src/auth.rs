// SPDX-License-Identifier: GPL-2.0-or-later
//! Proof of membership: who may speak before a single byte of state crosses.
//!
//! Both sides show that they know the cluster's name and secret by an HMAC over the TLS exporter (RFC 8446 section 7.5, the
//! channel binding of RFC 9266 with a label of our own). The exporter is different in every TLS session, so a proof cannot be
//! replayed or relayed through a man in the middle, and the two roles sign with different labels, so it cannot be reflected.

use crate::hello::{Greeting, Hello, Kind, Status, VERSIONS};
use crate::refusal::HandshakeError;
use ring::{hmac, pbkdf2};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

/// Label of the TLS exporter: binds a proof to one TLS session of this protocol.
pub(crate) const EXPORTER_LABEL: &[u8] = b"EXPORTER-gs-native-cluster-1";
const CLIENT_ROLE: &[u8] = b"gs-native-cluster 1 proof of the side that dialled\0";
const SERVER_ROLE: &[u8] = b"gs-native-cluster 1 proof of the side that answered\0";

/// Rounds of PBKDF2. Whoever gets a node to dial it sees one proof and can try secrets against it at leisure; the rounds make
/// each try cost milliseconds instead of nanoseconds, and cost a node the same once, at its start.
const STRETCHING: NonZeroU32 = match NonZeroU32::new(50_000) {
    Some(n) => n,
    None => NonZeroU32::MIN,
};

/// What every member of one cluster shares: derived from the cluster's name and secret.
#[derive(Clone)]
pub struct ClusterKey {
    root: hmac::Key,
    proof: hmac::Key,
    name_hash: [u8; 32],
}

impl ClusterKey {
    /// Derives the key. Takes some milliseconds of processor time on purpose: call it once per start.
    #[must_use]
    pub fn derive(cluster_name: &str, secret: &str) -> Self {
        let mut salt = b"gs-native-cluster 1 root key\0".to_vec();
        salt.extend_from_slice(cluster_name.as_bytes());
        let mut root = [0u8; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, STRETCHING, &salt, secret.as_bytes(), &mut root);
        let root = hmac::Key::new(hmac::HMAC_SHA256, &root);
        let mut named = b"gs-native-cluster 1 cluster name\0".to_vec();
        named.extend_from_slice(cluster_name.as_bytes());
        let mut name_hash = [0u8; 32];
        name_hash.copy_from_slice(ring::digest::digest(&ring::digest::SHA256, &named).as_ref());
        Self { proof: hmac::Key::new(hmac::HMAC_SHA256, &subkey(&root, "proof of membership")), root, name_hash }
    }

    /// An independent key for another use, for example the discovery beacon: what is signed with it says nothing about the
    /// proofs, and costs a guesser the same stretching.
    #[must_use]
    pub fn subkey(&self, purpose: &str) -> [u8; 32] {
        subkey(&self.root, purpose)
    }

    /// Hash of the cluster's name: tells two clusters on one network apart without naming them.
    #[must_use]
    pub fn name_hash(&self) -> &[u8; 32] {
        &self.name_hash
    }
}

impl std::fmt::Debug for ClusterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClusterKey(..)")
    }
}

fn subkey(root: &hmac::Key, purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(hmac::sign(root, purpose.as_bytes()).as_ref());
    key
}

/// Who this node is to its peers.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Member id, new at every start.
    pub member: u128,
    /// Name for people; cut to 200 bytes on the wire.
    pub name: String,
    /// Where peers can dial this node.
    pub advertised: SocketAddr,
    /// The cluster's key.
    pub key: ClusterKey,
}

/// A peer that has proved its membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerInfo {
    /// Its member id, new at every start of it.
    pub member: u128,
    /// Its name for people.
    pub name: String,
    /// Where it says it can be dialled.
    pub advertised: SocketAddr,
    /// The address this node dialled to reach it (a seed's address may differ from `advertised`); `None` if the peer dialled.
    pub dialled: Option<SocketAddr>,
}

fn message(role: &[u8], exporter: &[u8; 32], said: &[&[u8]]) -> Vec<u8> {
    let mut message = role.to_vec();
    message.extend_from_slice(exporter);
    said.iter().for_each(|part| message.extend_from_slice(part));
    message
}

fn sign(key: &ClusterKey, role: &[u8], exporter: &[u8; 32], said: &[&[u8]]) -> hmac::Tag {
    hmac::sign(&key.proof, &message(role, exporter, said))
}

/// Compares in constant time.
fn verify(key: &ClusterKey, role: &[u8], exporter: &[u8; 32], said: &[&[u8]], proof: &[u8]) -> bool {
    hmac::verify(&key.proof, &message(role, exporter, said), proof).is_ok()
}

fn my_hello(me: &Identity, kind: Kind) -> Hello {
    Hello { name_hash: me.key.name_hash, member: me.member, advertised: me.advertised, kind, name: me.name.clone() }
}

/// The dialling side: says hello with its proof, then checks the answer and the peer's proof.
pub(crate) async fn prove_dialling<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    exporter: &[u8; 32],
    me: &Identity,
    kind: Kind,
    dialled: SocketAddr,
) -> Result<PeerInfo, HandshakeError> {
    let mut said = my_hello(me, kind).encode();
    let proof = sign(&me.key, CLIENT_ROLE, exporter, &[&said]);
    said.extend_from_slice(proof.as_ref());
    stream.write_all(&said).await?;
    stream.flush().await?;

    let answer = Greeting::read(stream).await?;
    let theirs = answer.versions;
    match answer.status {
        Status::Welcome => {}
        Status::Version => return Err(HandshakeError::Version { theirs }),
        Status::OtherName => return Err(HandshakeError::WrongSecretOrName { same_name: false }),
        Status::OtherSecret => return Err(HandshakeError::WrongSecretOrName { same_name: true }),
        Status::Yourself => return Err(HandshakeError::SelfConnection),
    }
    let peer = answer.hello()?;
    if peer.name_hash != me.key.name_hash {
        return Err(HandshakeError::WrongSecretOrName { same_name: false });
    }
    if !verify(&me.key, SERVER_ROLE, exporter, &[&said, answer.signed()], answer.proof()) {
        return Err(HandshakeError::WrongSecretOrName { same_name: true });
    }
    if peer.member == me.member {
        return Err(HandshakeError::SelfConnection);
    }
    Ok(PeerInfo { member: peer.member, name: peer.name, advertised: peer.advertised, dialled: Some(dialled) })
}

/// The answering side: checks the peer's hello and proof, then proves itself. A peer that fails is told the reason, which
/// says no more than what it could see from being refused.
pub(crate) async fn prove_answering<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    exporter: &[u8; 32],
    me: &Identity,
) -> Result<(PeerInfo, Kind), HandshakeError> {
    let opening = Greeting::read(stream).await?;
    let peer = match judge(&opening, exporter, me) {
        Ok(peer) => peer,
        Err(why) => {
            if let Some(status) = Status::telling(&why) {
                stream.write_all(&Greeting::refusal(status)).await?;
                stream.flush().await?;
            }
            return Err(why);
        }
    };
    let mut answer = my_hello(me, peer.kind).encode();
    let proof = sign(&me.key, SERVER_ROLE, exporter, &[opening.whole(), &answer]);
    answer.extend_from_slice(proof.as_ref());
    stream.write_all(&answer).await?;
    stream.flush().await?;
    let info = PeerInfo { member: peer.member, name: peer.name, advertised: peer.advertised, dialled: None };
    Ok((info, peer.kind))
}

fn judge(opening: &Greeting, exporter: &[u8; 32], me: &Identity) -> Result<Hello, HandshakeError> {
    let theirs = opening.versions;
    if theirs.1 < VERSIONS.0 || theirs.0 > VERSIONS.1 {
        // The hello of another version may have another shape: look no further.
        return Err(HandshakeError::Version { theirs });
    }
    let peer = opening.hello()?;
    if peer.name_hash != me.key.name_hash {
        return Err(HandshakeError::WrongSecretOrName { same_name: false });
    }
    if !verify(&me.key, CLIENT_ROLE, exporter, &[opening.signed()], opening.proof()) {
        return Err(HandshakeError::WrongSecretOrName { same_name: true });
    }
    if peer.member == me.member {
        return Err(HandshakeError::SelfConnection);
    }
    Ok(peer)
}

#[cfg(test)]
mod tests;
