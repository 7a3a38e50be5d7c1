// SPDX-License-Identifier: GPL-2.0-or-later
//! Who was heard lately, and which of them is worth saying now.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::time::Instant;

use super::beacon::Beacon;

/// Most senders remembered: the size up to which a cluster is simulated. Their beacons are authenticated, so only
/// members and members that ended a moment ago are counted.
const MAX_SENDERS: usize = 1024;
/// A sender not heard for so long, three beacons of a settled member, is a stranger again: so the two halves of a
/// network that was cut dial each other with the first beacon that crosses.
const FORGOTTEN: Duration = Duration::from_secs(15);
/// While this node is alone, a sender is said this often.
const ALONE_AGAIN: Duration = Duration::from_millis(200);
/// While others are known, a sender is said this often.
const SETTLED_AGAIN: Duration = Duration::from_secs(10);
/// Times that an address is said in vain before the address that the beacon came from is said with it: a member with
/// several interfaces may advertise one that does not lead here.
const IN_VAIN: u32 = 3;

/// What to do about a beacon.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Response {
    /// The sender was unknown: it should hear of us at once.
    pub(super) stranger: bool,
    /// Addresses to say.
    pub(super) seeds: Vec<SocketAddr>,
}

struct Sender {
    stamp: u64,
    heard: Instant,
    said: Instant,
    /// Times said since this node was last with others.
    in_vain: u32,
}

/// Members heard lately.
#[derive(Default)]
pub(super) struct Senders(HashMap<u128, Sender>);

impl Senders {
    /// Takes a beacon from `from` at `now`.
    pub(super) fn hear(&mut self, beacon: Beacon, from: IpAddr, now: Instant, lonely: bool) -> Response {
        if let Some(sender) = self.0.get(&beacon.member) {
            if beacon.stamp <= sender.stamp {
                return Response::default();
            }
        } else if self.0.len() >= MAX_SENDERS {
            self.0.retain(|_, sender| now.duration_since(sender.heard) < FORGOTTEN);
            if self.0.len() >= MAX_SENDERS {
                return Response::default();
            }
        }
        let known = self.0.get(&beacon.member).filter(|sender| now.duration_since(sender.heard) < FORGOTTEN);
        let stranger = known.is_none();
        let (said, in_vain) = known.map_or((now, 0), |known| (known.said, if lonely { known.in_vain } else { 0 }));
        let again = if lonely { ALONE_AGAIN } else { SETTLED_AGAIN };
        let say = stranger || now.duration_since(said) >= again;
        let (said, in_vain) = if say { (now, in_vain.saturating_add(1)) } else { (said, in_vain) };
        self.0.insert(beacon.member, Sender { stamp: beacon.stamp, heard: now, said, in_vain });
        let mut seeds = Vec::new();
        if say {
            let sender = SocketAddr::new(from, beacon.addr.port());
            if !beacon.addr.ip().is_unspecified() {
                seeds.push(beacon.addr);
            }
            if (seeds.is_empty() || in_vain > IN_VAIN) && !seeds.contains(&sender) {
                seeds.push(sender);
            }
        }
        Response { stranger, seeds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENDER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 0, 9));

    fn beacon(member: u128, addr: &str, stamp: u64) -> Beacon {
        Beacon { member, addr: addr.parse().unwrap(), stamp }
    }

    fn seeds(response: &Response) -> Vec<String> {
        response.seeds.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_stranger_is_said_at_once_and_copies_are_not() {
        let (mut senders, now) = (Senders::default(), Instant::now());
        let first = senders.hear(beacon(1, "10.0.0.1:5701", 5), SENDER, now, true);
        assert!(first.stranger);
        assert_eq!(seeds(&first), ["10.0.0.1:5701"]);
        let later = now + Duration::from_secs(60);
        assert_eq!(senders.hear(beacon(1, "10.0.0.1:5701", 5), SENDER, later, true), Response::default());
        assert_eq!(senders.hear(beacon(1, "10.0.0.1:5701", 4), SENDER, later, true), Response::default());
    }

    #[test]
    fn known_senders_are_said_often_while_alone_and_seldom_afterwards() {
        let (mut senders, start) = (Senders::default(), Instant::now());
        let mut said = [0, 0];
        for (lonely, count) in [(true, 0), (false, 1)] {
            for n in 0..100u64 {
                let stamp = n + 1 + 100 * u64::from(!lonely);
                let now = start + Duration::from_millis(100 * stamp);
                let response =
                    senders.hear(beacon(1, "10.0.0.1:5701", stamp), "10.0.0.1".parse().unwrap(), now, lonely);
                said[count] += response.seeds.len();
            }
        }
        assert_eq!(said, [50, 1]);
    }

    #[test]
    fn silence_makes_a_stranger() {
        let (mut senders, now) = (Senders::default(), Instant::now());
        assert!(senders.hear(beacon(1, "10.0.0.1:5701", 1), SENDER, now, false).stranger);
        let now = now + Duration::from_secs(14);
        assert!(!senders.hear(beacon(1, "10.0.0.1:5701", 2), SENDER, now, false).stranger);
        let now = now + Duration::from_secs(16);
        let response = senders.hear(beacon(1, "10.0.0.1:5701", 3), SENDER, now, false);
        assert!(response.stranger);
        assert_eq!(response.seeds.len(), 1);
    }

    #[test]
    fn the_senders_own_address_is_the_second_choice() {
        let (mut senders, start) = (Senders::default(), Instant::now());
        let mut last = Response::default();
        for n in 1..=4u32 {
            last = senders.hear(beacon(1, "10.0.0.1:5701", n.into()), SENDER, start + ALONE_AGAIN * n, true);
            assert_eq!(last.seeds.len(), if n > IN_VAIN { 2 } else { 1 });
        }
        assert_eq!(seeds(&last), ["10.0.0.1:5701", "192.168.0.9:5701"]);
        let unspecified = senders.hear(beacon(2, "0.0.0.0:5702", 1), SENDER, start, true);
        assert_eq!(seeds(&unspecified), ["192.168.0.9:5702"]);
    }

    #[test]
    fn memory_is_bounded_and_makes_room_again() {
        let (mut senders, now) = (Senders::default(), Instant::now());
        for member in 0..2000 {
            senders.hear(beacon(member, "10.0.0.1:5701", 1), SENDER, now, true);
        }
        assert_eq!(senders.0.len(), MAX_SENDERS);
        let response = senders.hear(beacon(5000, "10.0.0.1:5701", 1), SENDER, now + FORGOTTEN, true);
        assert!(response.stranger);
        assert_eq!(senders.0.len(), 1);
    }
}
