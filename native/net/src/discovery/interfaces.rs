// SPDX-License-Identifier: GPL-2.0-or-later
//! The network interfaces of this host.

use std::io;
use std::net::IpAddr;

use gs_cluster_config::AddressPattern;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::{InterfaceFlags, if_nametoindex};

/// An address of an interface that is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) name: String,
    pub(super) index: u32,
    pub(super) ip: IpAddr,
    pub(super) loopback: bool,
    pub(super) multicast: bool,
}

/// Every address of every interface that is up.
pub(super) fn list() -> io::Result<Vec<Interface>> {
    let up = getifaddrs()?.filter(|i| i.flags.contains(InterfaceFlags::IFF_UP));
    Ok(up
        .filter_map(|i| {
            let address = i.address?;
            let v4 = address.as_sockaddr_in().map(|a| IpAddr::V4(a.ip()));
            let ip = v4.or_else(|| address.as_sockaddr_in6().map(|a| IpAddr::V6(a.ip())))?;
            Some(Interface {
                // An alias address has a label such as eth0:1, which is no name of an interface of its own.
                index: if_nametoindex(i.interface_name.split(':').next()?).ok()?,
                name: i.interface_name,
                ip,
                loopback: i.flags.contains(InterfaceFlags::IFF_LOOPBACK),
                multicast: i.flags.contains(InterfaceFlags::IFF_MULTICAST),
            })
        })
        .collect())
}

/// True if `ip` belongs to this host.
pub(super) fn is_local(ip: IpAddr) -> bool {
    ip.is_loopback() || list().is_ok_and(|all| all.iter().any(|i| i.ip == ip.to_canonical()))
}

/// The interfaces a beacon is sent from and heard on, each with one address: up, of the group's IP version, able to
/// multicast, and named by `patterns` if there are any. Loopback is taken when it is named by a pattern, or when there
/// is nothing else: it has no multicast flag on Linux, and still carries multicast once it is chosen explicitly.
pub(super) fn for_beacons(all: &[Interface], patterns: &[AddressPattern], v4: bool) -> Vec<Interface> {
    let suits = |i: &&Interface| {
        i.ip.is_ipv4() == v4 && (patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(i.ip)))
    };
    let (loopback, others): (Vec<_>, Vec<_>) = all.iter().filter(suits).partition(|i| i.loopback);
    let mut result: Vec<Interface> = Vec::new();
    let mut take = |from: Vec<&Interface>| {
        for interface in from {
            if result.iter().all(|known| known.index != interface.index) {
                result.push(interface.clone());
            }
        }
    };
    let others: Vec<_> = others.into_iter().filter(|i| i.multicast).collect();
    let only_loopback = others.is_empty();
    take(others);
    if only_loopback || !patterns.is_empty() {
        take(loopback);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(index: u32, name: &str, ip: &str, loopback: bool, multicast: bool) -> Interface {
        Interface { name: name.into(), index, ip: ip.parse().unwrap(), loopback, multicast }
    }

    fn picked(all: &[Interface], patterns: &[&str], v4: bool) -> Vec<String> {
        let patterns: Vec<AddressPattern> = patterns.iter().map(|p| p.parse().unwrap()).collect();
        for_beacons(all, &patterns, v4).into_iter().map(|i| i.ip.to_string()).collect()
    }

    #[test]
    fn loopback_is_local_and_listed() {
        assert!(is_local("127.0.0.1".parse().unwrap()));
        assert!(!is_local("203.0.113.77".parse().unwrap()));
        assert!(list().unwrap().iter().any(|i| i.loopback));
    }

    #[test]
    fn beacons_leave_by_suitable_interfaces() {
        let lo = interface(1, "lo", "127.0.0.1", true, false);
        let tun = interface(3, "tun0", "10.8.0.1", false, false);
        let all = [
            lo.clone(),
            interface(1, "lo", "::1", true, false),
            interface(2, "eth0", "10.0.0.7", false, true),
            interface(2, "eth0:1", "10.0.0.8", false, true),
            interface(2, "eth0", "fd00::7", false, true),
            tun.clone(),
        ];
        assert_eq!(picked(&all, &[], true), ["10.0.0.7"]);
        assert_eq!(picked(&all, &[], false), ["fd00::7"]);
        assert_eq!(picked(&all, &["10.0.0.*"], true), ["10.0.0.7"]);
        assert_eq!(picked(&all, &["10.0.0.8"], true), ["10.0.0.8"]);
        assert_eq!(picked(&all, &["127.0.0.1", "10.0.0.7"], true), ["10.0.0.7", "127.0.0.1"]);
        assert_eq!(picked(&all, &["172.16.0.*"], true), [""; 0]);
        assert_eq!(picked(&[lo, tun], &[], true), ["127.0.0.1"]);
    }
}
