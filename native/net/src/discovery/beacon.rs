// SPDX-License-Identifier: GPL-2.0-or-later
//! The packet that a member sends to the multicast group.
//!
//! ```text
//! "GSNC" | version u8 = 1 | port u16 | address [u8; 16] (IPv6, or IPv4 mapped into it) | member u128 | stamp u64
//!        | first half of the cluster's hash [u8; 16] | HMAC-SHA256 of all that precedes [u8; 32]      (big-endian)
//! ```
//!
//! The stamp grows with every beacon of a member, so that a copy (another interface, a replay) is known as one. A
//! replay after the member is gone leads to a connection that the transport refuses: nothing is believed of a beacon
//! but that dialling is worth a try.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ring::hmac;

use super::Me;

/// Bytes of a beacon.
pub(super) const LENGTH: usize = SIGNED + 32;
const SIGNED: usize = 4 + 1 + 2 + 16 + 16 + 8 + 16;
/// Magic and version.
const START: [u8; 5] = *b"GSNC\x01";

/// A beacon of this cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beacon {
    pub(super) member: u128,
    /// Where the member is dialled; an unspecified address stands for the sender's.
    pub(super) addr: SocketAddr,
    pub(super) stamp: u64,
}

/// What a packet is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    Ours(Beacon),
    /// A cluster of another name.
    Foreign,
    /// The cluster of this name, with another secret.
    WrongSecret,
    /// Not a beacon: Hazelcast's own packets, or anything else.
    Noise,
}

/// The beacon of `me`.
pub(super) fn seal(me: &Me, stamp: u64) -> [u8; LENGTH] {
    let ip = match me.advertised.ip() {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    };
    let mut packet = [0; LENGTH];
    let parts: [&[u8]; 6] = [
        &START,
        &me.advertised.port().to_be_bytes(),
        &ip.octets(),
        &me.member.to_be_bytes(),
        &stamp.to_be_bytes(),
        &me.cluster[..16],
    ];
    let mut at = 0;
    for part in parts {
        packet[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    let tag = hmac::sign(&me.key, &packet[..SIGNED]);
    packet[SIGNED..].copy_from_slice(tag.as_ref());
    packet
}

/// Reads a packet. Only what looks like a beacon of this very cluster costs a hash.
pub(super) fn open(me: &Me, packet: &[u8]) -> Packet {
    let Ok(packet) = <&[u8; LENGTH]>::try_from(packet) else { return Packet::Noise };
    let (signed, tag) = packet.split_at(SIGNED);
    let Some(rest) = signed.strip_prefix(&START) else { return Packet::Noise };
    let Some((port, rest)) = rest.split_first_chunk() else { return Packet::Noise };
    let Some((ip, rest)) = rest.split_first_chunk::<16>() else { return Packet::Noise };
    let Some((member, rest)) = rest.split_first_chunk() else { return Packet::Noise };
    let Some((stamp, cluster)) = rest.split_first_chunk() else { return Packet::Noise };
    if cluster != &me.cluster[..16] {
        return Packet::Foreign;
    }
    if hmac::verify(&me.key, signed, tag).is_err() {
        return Packet::WrongSecret;
    }
    Packet::Ours(Beacon {
        member: u128::from_be_bytes(*member),
        addr: SocketAddr::new(Ipv6Addr::from(*ip).to_canonical(), u16::from_be_bytes(*port)),
        stamp: u64::from_be_bytes(*stamp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me(cluster: u8, secret: u8, advertised: &str) -> Me {
        let advertised = advertised.parse().unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[secret; 32]);
        Me { member: 7, name: "test".into(), advertised, listening: advertised, key, cluster: [cluster; 32] }
    }

    #[test]
    fn a_beacon_reads_as_it_was_sealed() {
        for addr in ["10.0.0.1:5701", "[fd00::1]:5702", "0.0.0.0:5703"] {
            let me = me(1, 1, addr);
            let read = open(&me, &seal(&me, 99));
            assert_eq!(read, Packet::Ours(Beacon { member: 7, addr: addr.parse().unwrap(), stamp: 99 }));
        }
    }

    #[test]
    fn others_are_told_apart() {
        let ours = me(1, 1, "10.0.0.1:5701");
        assert_eq!(open(&ours, &seal(&me(2, 2, "10.0.0.1:5701"), 1)), Packet::Foreign);
        assert_eq!(open(&ours, &seal(&me(1, 2, "10.0.0.1:5701"), 1)), Packet::WrongSecret);
    }

    #[test]
    fn no_changed_bit_passes() {
        let me = me(1, 1, "10.0.0.1:5701");
        let sealed = seal(&me, 1);
        for bit in 0..LENGTH * 8 {
            let mut packet = sealed;
            packet[bit / 8] ^= 1 << (bit % 8);
            assert!(!matches!(open(&me, &packet), Packet::Ours(_)), "bit {bit}");
        }
    }

    #[test]
    fn noise_is_noise() {
        let me = me(1, 1, "10.0.0.1:5701");
        let sealed = seal(&me, 1);
        assert_eq!(open(&me, &[]), Packet::Noise);
        assert_eq!(open(&me, &sealed[..LENGTH - 1]), Packet::Noise);
        // The start of Hazelcast's join request: packet version 1, then a Java-serialised object in its own format.
        let mut hazelcast = vec![1, 0, 0, 0, 0, 0, 0, 0xfe];
        hazelcast.resize(LENGTH, 0);
        assert_eq!(open(&me, &hazelcast), Packet::Noise);
        hazelcast.resize(1500, 7);
        assert_eq!(open(&me, &hazelcast), Packet::Noise);
    }
}
