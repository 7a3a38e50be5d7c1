// SPDX-License-Identifier: GPL-2.0-or-later
//! The tokio driver of the core: transport, discovery, durable store, files.

pub mod auth;
pub mod background;
pub mod cluster;
pub mod discovery;
pub mod files;
mod hello;
pub mod refusal;
mod sniff;
pub mod store;
pub mod tls;
pub mod transport;
pub mod watch;
