// SPDX-License-Identifier: GPL-2.0-or-later
//! Time as the core knows it: an argument.

use std::time::Duration;

/// What a driver's clocks say at the moment of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time since an origin of the driver's choice. Timers are measured with it.
    pub mono: Duration,
    /// Wall-clock time, milliseconds since the Unix epoch. It may jump; the hybrid logical clock takes it as a hint.
    pub wall_ms: u64,
}
