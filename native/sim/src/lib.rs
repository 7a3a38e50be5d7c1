// SPDX-License-Identifier: GPL-2.0-or-later
//! Deterministic simulator of the core: virtual time, network, disks and clocks; one seed is one run, bit for bit.
//!
//! [`run`] makes a [`plan::Plan`] of a seed, lets a [`world::World`] go wrong for a while, heals it, and looks whether the
//! [`invariants`] held all the time and whether the cluster came together again. [`planted`] bugs prove that it finds some.

pub mod clients;
pub mod disk;
pub mod faults;
pub mod history;
pub mod host;
pub mod invariants;
pub mod network;
pub mod plan;
pub mod planted;
pub mod run;
pub mod scale;
pub mod shared;
pub mod tamper;
pub mod trace;
pub mod world;

pub use run::{Outcome, run};
