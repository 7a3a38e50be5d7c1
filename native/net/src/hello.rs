// SPDX-License-Identifier: GPL-2.0-or-later
//! The first message of each side inside TLS, on the wire:
//!
//! ```text
//! "GSNC" | u16 length of the rest | u16 lowest version | u16 highest version | u8 status
//!   and, if the status is WELCOME:
//! | 32 bytes cluster name hash | u128 member | u8 4 or 6, 16 bytes address, u16 port | u8 kind | u8 length, name | 32 bytes proof
//! ```
//! Big-endian. The fields up to the status stay as they are in every later version, so that any two versions can tell each
//! other why they do not speak.

use crate::refusal::{HandshakeError, Stranger};
use crate::transport::Channel;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Protocol versions this build speaks (lowest, highest).
pub(crate) const VERSIONS: (u16, u16) = (1, 1);
/// Longest member name on the wire, in bytes.
pub(crate) const NAME_MAX: usize = 200;

const MAGIC: &[u8; 4] = b"GSNC";
const HEADER: usize = 6;
const PROOF: usize = 32;
/// Nobody who has not proved anything makes this node take more memory than this. A hello needs at most 312 bytes.
const LARGEST: usize = 512;

/// What a connection is for; said in the hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Frames from the side that dialled to the side that answered.
    Frames(Channel),
    /// One file transfer.
    File,
}

impl Kind {
    fn code(self) -> u8 {
        match self {
            Self::Frames(Channel::Control) => 1,
            Self::Frames(Channel::Delta) => 2,
            Self::File => 3,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::Frames(Channel::Control),
            2 => Self::Frames(Channel::Delta),
            3 => Self::File,
            _ => return None,
        })
    }
}

/// What the answering side thinks of the hello. The dialling side says `Welcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Welcome = 0,
    Version = 1,
    OtherName = 2,
    OtherSecret = 3,
    Yourself = 4,
}

impl Status {
    /// How to tell the peer why it is refused; `None` if there is nobody to tell.
    pub(crate) fn telling(why: &HandshakeError) -> Option<Self> {
        match why {
            HandshakeError::Version { .. } => Some(Self::Version),
            HandshakeError::WrongSecretOrName { same_name: false } => Some(Self::OtherName),
            HandshakeError::WrongSecretOrName { same_name: true } => Some(Self::OtherSecret),
            HandshakeError::SelfConnection => Some(Self::Yourself),
            _ => None,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        [Self::Welcome, Self::Version, Self::OtherName, Self::OtherSecret, Self::Yourself]
            .into_iter()
            .find(|status| *status as u8 == code)
    }
}

/// Who speaks, and what for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hello {
    pub(crate) name_hash: [u8; 32],
    pub(crate) member: u128,
    pub(crate) advertised: SocketAddr,
    pub(crate) kind: Kind,
    pub(crate) name: String,
}

impl Hello {
    /// The message but for the proof, which the caller appends (its length is already counted).
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = header(Status::Welcome);
        out.extend_from_slice(&self.name_hash);
        out.extend_from_slice(&self.member.to_be_bytes());
        match self.advertised.ip() {
            IpAddr::V4(ip) => {
                out.push(4);
                out.extend_from_slice(&ip.octets());
                out.extend_from_slice(&[0; 12]);
            }
            IpAddr::V6(ip) => {
                out.push(6);
                out.extend_from_slice(&ip.octets());
            }
        }
        out.extend_from_slice(&self.advertised.port().to_be_bytes());
        out.push(self.kind.code());
        let cut = (0..=NAME_MAX.min(self.name.len())).rev().find(|at| self.name.is_char_boundary(*at));
        let name = &self.name[..cut.unwrap_or(0)];
        out.push(u8::try_from(name.len()).unwrap_or(0));
        out.extend_from_slice(name.as_bytes());
        finish(&mut out, PROOF);
        out
    }

    fn decode(mut body: &[u8]) -> Option<Self> {
        let name_hash = take::<32>(&mut body)?;
        let member = u128::from_be_bytes(take(&mut body)?);
        let [family] = take(&mut body)?;
        let ip = take::<16>(&mut body)?;
        let port = u16::from_be_bytes(take(&mut body)?);
        let [kind] = take(&mut body)?;
        let [length] = take(&mut body)?;
        let name = std::str::from_utf8(body.get(..usize::from(length))?).ok()?;
        let ip = match family {
            4 => IpAddr::V4(Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3])),
            6 => IpAddr::V6(Ipv6Addr::from(ip)),
            _ => return None,
        };
        let kind = Kind::from_code(kind)?;
        Some(Self { name_hash, member, advertised: SocketAddr::new(ip, port), kind, name: name.to_owned() })
    }
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*head)
}

fn header(status: Status) -> Vec<u8> {
    let mut out = Vec::with_capacity(LARGEST);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&VERSIONS.0.to_be_bytes());
    out.extend_from_slice(&VERSIONS.1.to_be_bytes());
    out.push(status as u8);
    out
}

fn finish(out: &mut [u8], to_come: usize) {
    let length = u16::try_from(out.len() - HEADER + to_come).unwrap_or(u16::MAX);
    out[4..6].copy_from_slice(&length.to_be_bytes());
}

/// A hello or an answer as it came in: checked as far as its first fields, not yet believed.
#[derive(Debug)]
pub(crate) struct Greeting {
    whole: Vec<u8>,
    pub(crate) versions: (u16, u16),
    pub(crate) status: Status,
}

impl Greeting {
    /// A refusal with its reason.
    pub(crate) fn refusal(status: Status) -> Vec<u8> {
        let mut out = header(status);
        finish(&mut out, 0);
        out
    }

    pub(crate) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Self, HandshakeError> {
        let mut whole = vec![0u8; HEADER];
        stream.read_exact(&mut whole).await?;
        if whole[..4] != *MAGIC {
            return Err(HandshakeError::NotOurs(Stranger::from_first_bytes(&whole)));
        }
        let length = usize::from(u16::from_be_bytes([whole[4], whole[5]]));
        if !(5..=LARGEST - HEADER).contains(&length) {
            return Err(HandshakeError::NotOurs(Stranger::Other));
        }
        whole.resize(HEADER + length, 0);
        stream.read_exact(&mut whole[HEADER..]).await?;
        let versions = (u16::from_be_bytes([whole[6], whole[7]]), u16::from_be_bytes([whole[8], whole[9]]));
        // A status of a later version is a refusal that this version has no word for: its version range is the reason.
        let status = Status::from_code(whole[10]).unwrap_or(Status::Version);
        Ok(Self { whole, versions, status })
    }

    /// The fields; an error if they are not of this version's shape.
    pub(crate) fn hello(&self) -> Result<Hello, HandshakeError> {
        self.whole
            .get(HEADER + 5..self.signed().len())
            .and_then(Hello::decode)
            .ok_or(HandshakeError::NotOurs(Stranger::Other))
    }

    pub(crate) fn whole(&self) -> &[u8] {
        &self.whole
    }

    /// All but the proof.
    pub(crate) fn signed(&self) -> &[u8] {
        &self.whole[..self.whole.len().saturating_sub(PROOF)]
    }

    pub(crate) fn proof(&self) -> &[u8] {
        &self.whole[self.whole.len().saturating_sub(PROOF)..]
    }
}
