// SPDX-License-Identifier: GPL-2.0-or-later
//! Files below registered folders, streamed from the member that has them.
//!
//! One transfer per connection, so that a large file is in nobody's way. On the wire, after the handshake:
//!
//! ```text
//! request   u16 length, root name | u16 length, relative path with /
//! answer    (u8 WAIT)* then u8 NOT_FOUND
//!           or u8 FOUND | u64 size | i64 modified, ms since epoch | (u32 length > 0, bytes)* | u32 0 | u8 WHOLE, 32 bytes blake3
//!                                                                                         or u8 CHANGED | or u8 FAILED
//!           or u8 FAILED
//! ```
//! Big-endian. `WAIT` says that the transfer waits for its turn, so that the asking side knows the peer to be alive.

mod fetch;
mod paths;
mod serve;

pub use fetch::{ATTEMPTS, FetchError, Wanted, fetch, place};
pub use paths::{Finder, Roots};
pub(crate) use serve::FileServer;

/// Transfers served at once; further ones wait. Two keep a disk and a link busy, four keep short ones from waiting behind
/// two long ones; each takes a buffer of [`CHUNK`] bytes.
pub const MAX_TRANSFERS: usize = 4;
/// Bytes read, hashed and sent in one piece.
pub const CHUNK: usize = 128 << 10;
/// Longest root name or relative path in bytes: Linux's PATH_MAX.
pub const MAX_PATH: usize = 4096;

const WAIT: u8 = 0;
const NOT_FOUND: u8 = 1;
const FOUND: u8 = 2;
const WHOLE: u8 = 3;
const CHANGED: u8 = 4;
const FAILED: u8 = 5;
