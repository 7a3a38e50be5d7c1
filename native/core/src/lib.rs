// SPDX-License-Identifier: GPL-2.0-or-later
//! The clustering core: membership, the replicated map, anti-entropy, and what the map holds for WPS.
//!
//! **Sans-io.** No clock, socket, thread, file or global random number is used here: time and a seed come in as arguments,
//! effects go out as values. A seed therefore reproduces any run of the simulator, and the same code runs in production
//! below a driver that owns sockets and clocks. [`node::Node`] is the door; everything else is what stands behind it.
#![forbid(unsafe_code)]

pub mod active;
pub mod command;
pub mod digest;
pub mod entry;
pub mod hlc;
pub mod id;
pub mod membership;
pub mod node;
pub mod replica;
pub mod time;
pub mod versions;
pub mod wire;
pub mod wps;
