// SPDX-License-Identifier: GPL-2.0-or-later
//! What the core knows of WPS: phases and their order, the status record, queries over records.

pub mod phase;
pub mod query;
pub mod record;

pub use phase::Phase;
