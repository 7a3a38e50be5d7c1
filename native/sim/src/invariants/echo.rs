// SPDX-License-Identifier: GPL-2.0-or-later
//! Nobody publishes what it only applied: each published version of a shared object is somebody's edit, so their number is
//! bounded by that of the edits.

use super::{Event, Invariant};
use crate::world::World;

/// See the [module](self).
pub struct Echo;

impl Invariant for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn event(&mut self, _: &World, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Echo(at, key) => Err(format!("n{at} published {key}, which nobody edited there")),
            _ => Ok(()),
        }
    }
}
