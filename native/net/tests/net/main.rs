// SPDX-License-Identifier: GPL-2.0-or-later
//! Real sockets on loopback, real TLS, real files, and child processes that are killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail like tests"
)]

mod children;
mod files;
mod harness;
mod links;
mod mutual;
mod store;
mod strangers;
mod watch;
