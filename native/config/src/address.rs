// SPDX-License-Identifier: GPL-2.0-or-later
//! Addresses as hazelcast.xml writes them: patterns of interfaces, members with ranges, host and port.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A pattern of IP addresses: `10.3.10.7`, `10.3.10.*`, `10.3.10.4-18` (any part may be a wildcard or a range), `*` for
/// all, an IPv6 address, or eight groups of one with wildcards and ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPattern {
    text: String,
    parts: Parts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Parts {
    Any,
    V4([(u8, u8); 4]),
    V6([(u16, u16); 8]),
}

impl AddressPattern {
    /// Whether the address is one of those described. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn matches(&self, address: IpAddr) -> bool {
        match (&self.parts, address.to_canonical()) {
            (Parts::Any, _) => true,
            (Parts::V4(parts), IpAddr::V4(a)) => {
                parts.iter().zip(a.octets()).all(|((low, high), octet)| (*low..=*high).contains(&octet))
            }
            (Parts::V6(parts), IpAddr::V6(a)) => {
                parts.iter().zip(a.segments()).all(|((low, high), group)| (*low..=*high).contains(&group))
            }
            _ => false,
        }
    }
}

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for AddressPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is not an address pattern; write an IP address, with * or a range in place of a number \
                 (10.3.10.*, 10.3.10.4-18)"
            )
        };
        let parts = if text == "*" {
            Parts::Any
        } else if text.contains(':') {
            Parts::V6(v6_ranges(text).ok_or_else(wrong)?)
        } else {
            Parts::V4(v4_ranges(text).ok_or_else(wrong)?)
        };
        Ok(AddressPattern { text: text.to_owned(), parts })
    }
}

fn v4_ranges(text: &str) -> Option<[(u8, u8); 4]> {
    let parts = text.split('.').map(|part| range(part, 10)).collect::<Option<Vec<_>>>()?;
    let parts = parts.into_iter().map(|(l, h)| Some((u8::try_from(l).ok()?, u8::try_from(h.min(255)).ok()?)));
    parts.collect::<Option<Vec<_>>>()?.try_into().ok()
}

fn v6_ranges(text: &str) -> Option<[(u16, u16); 8]> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(address.segments().map(|group| (group, group)));
    }
    text.split(':').map(|part| range(part, 16)).collect::<Option<Vec<_>>>()?.try_into().ok()
}

/// `7`, `4-18` or `*` (0 to the most that any part can be).
fn range(part: &str, radix: u32) -> Option<(u16, u16)> {
    // from_str_radix takes a sign, which has no place in an address.
    let number = |text: &str| if text.starts_with('+') { None } else { u16::from_str_radix(text, radix).ok() };
    if part == "*" {
        return Some((0, u16::MAX));
    }
    let (low, high) = part.split_once('-').unwrap_or((part, part));
    let (low, high) = (number(low)?, number(high)?);
    // Above 255 only an IPv6 group has a meaning.
    (low <= high && (radix == 16 || high <= 255)).then_some((low, high))
}

/// A host with an optional port: `name`, `name:5701`, `10.0.0.1:5701`, `[::1]:5701`, `::1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostPort {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("\"{text}\" is not a host or host:port: {why}");
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or_else(|| wrong("the ] is missing"))?;
            host.parse::<Ipv6Addr>().map_err(|_| wrong("there is no IPv6 address between [ and ]"))?;
            match rest.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None if rest.is_empty() => (host, None),
                None => return Err(wrong("only :port may follow the ]")),
            }
        } else if text.parse::<Ipv6Addr>().is_ok() {
            (text, None)
        } else {
            match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            }
        };
        let port = match port {
            None => None,
            Some(port) => match port.parse::<u16>() {
                Ok(number) if number > 0 && !port.starts_with('+') => Some(number),
                _ => return Err(wrong("the port must be a number from 1 to 65535")),
            },
        };
        if host.parse::<IpAddr>().is_err() {
            check_host_name(host).map_err(|why| wrong(&why))?;
        }
        Ok(HostPort { host: host.to_owned(), port })
    }
}

/// Host names as resolvers take them; underscores occur in names of containers.
pub(crate) fn check_host_name(host: &str) -> Result<(), String> {
    if host.is_empty() {
        return Err("the host is empty".to_owned());
    }
    if host.len() > 253 {
        return Err("a host name has at most 253 characters".to_owned());
    }
    if let Some(c) = host.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | '_')) {
        return Err(format!("a host name does not contain {c:?}"));
    }
    if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err("an IPv4 address has four numbers from 0 to 255".to_owned());
    }
    if host.starts_with(['-', '.']) || host.contains("..") {
        return Err("a part of the host name is empty or starts with -".to_owned());
    }
    Ok(())
}

/// The hosts that an entry of a member list names: itself, or each address of `10.0.0.1-5` and `10.0.0.*`.
/// `most` bounds the expansion.
pub(crate) fn expand_member(text: &str, most: usize) -> Result<Vec<HostPort>, String> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        _ => (text, None),
    };
    // Host names contain hyphens too; one of digits and dots alone is none.
    let is_range = host.contains('-') && host.contains('.') && host.chars().all(|c| matches!(c, '0'..='9' | '.' | '-'));
    let is_pattern = host.contains('*') || is_range;
    if !is_pattern {
        return Ok(vec![text.parse()?]);
    }
    let Some(ranges) = v4_ranges(host) else {
        return Err(format!("\"{text}\" is not a range of members; write 10.0.0.1-5 or 10.0.0.*"));
    };
    let count: usize = ranges.iter().map(|(low, high)| usize::from(high - low) + 1).product();
    if count > most {
        return Err(format!("\"{text}\" names {count} members, more than the {most} that a list may have"));
    }
    let suffix = port.map_or_else(String::new, |port| format!(":{port}"));
    let mut hosts = vec![[0u8; 4]];
    for (index, (low, high)) in ranges.into_iter().enumerate() {
        let longer = hosts.iter().flat_map(|start| {
            (low..=high).map(move |octet| {
                let mut next = *start;
                next[index] = octet;
                next
            })
        });
        hosts = longer.collect();
    }
    hosts.into_iter().map(|octets| format!("{}{suffix}", Ipv4Addr::from(octets)).parse()).collect()
}
