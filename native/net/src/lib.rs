// SPDX-License-Identifier: GPL-2.0-or-later
//! The tokio driver of the core: transport, discovery, durable store, files.

pub mod discovery;
