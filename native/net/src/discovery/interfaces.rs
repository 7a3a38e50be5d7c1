// SPDX-License-Identifier: GPL-2.0-or-later
//! The network interfaces of this host.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use gs_cluster_config::AddressPattern;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

/// An address of an interface that is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) name: String,
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

/// The interfaces a beacon is sent from and heard on: up, IPv4, able to multicast, and named by `patterns` if there
/// are any. Loopback is taken when it is named by a pattern, or when there is nothing else: it has no multicast flag
/// on Linux, and still carries multicast once it is chosen explicitly.
pub(super) fn for_beacons(all: &[Interface], patterns: &[AddressPattern]) -> Vec<(String, Ipv4Addr)> {
    let pick = |loopback: bool| -> Vec<(String, Ipv4Addr)> {
        all.iter()
            .filter(|i| i.loopback == loopback && (i.multicast || i.loopback))
            .filter(|i| patterns.is_empty() || patterns.iter().any(|p| p.matches(i.ip)))
            .filter_map(|i| match i.ip {
                IpAddr::V4(ip) => Some((i.name.clone(), ip)),
                IpAddr::V6(_) => None,
            })
            .collect()
    };
    let mut result = pick(false);
    if result.is_empty() || !patterns.is_empty() {
        result.extend(pick(true));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(name: &str, ip: &str, loopback: bool, multicast: bool) -> Interface {
        Interface { name: name.into(), ip: ip.parse().unwrap(), loopback, multicast }
    }

    fn picked(all: &[Interface], patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<AddressPattern> = patterns.iter().map(|p| p.parse().unwrap()).collect();
        for_beacons(all, &patterns).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn loopback_is_local_and_listed() {
        assert!(is_local("127.0.0.1".parse().unwrap()));
        assert!(!is_local("203.0.113.77".parse().unwrap()));
        assert!(list().unwrap().iter().any(|i| i.loopback));
    }

    #[test]
    fn beacons_leave_by_suitable_interfaces() {
        let lo = interface("lo", "127.0.0.1", true, false);
        let eth = interface("eth0", "10.0.0.7", false, true);
        let six = interface("eth0", "fd00::7", false, true);
        let tun = interface("tun0", "10.8.0.1", false, false);
        let all = [lo.clone(), eth, six, tun.clone()];
        assert_eq!(picked(&all, &[]), ["eth0"]);
        assert_eq!(picked(&all, &["10.0.0.*"]), ["eth0"]);
        assert_eq!(picked(&all, &["127.0.0.1", "10.0.0.7"]), ["eth0", "lo"]);
        assert_eq!(picked(&all, &["172.16.0.*"]), [""; 0]);
        assert_eq!(picked(&[lo, tun], &[]), ["lo"]);
    }
}
