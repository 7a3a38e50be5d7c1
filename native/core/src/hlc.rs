// SPDX-License-Identifier: GPL-2.0-or-later
//! The hybrid logical clock of Kulkarni et al., "Logical Physical Clocks" (2014).
//!
//! Written here and not taken from a crate because the known one asks a clock of its own for the time, and the core has none.

use serde::{Deserialize, Serialize};

/// Bits of a stamp that count events within one millisecond.
const COUNTER_BITS: u32 = 16;

/// A point in hybrid logical time: milliseconds since the Unix epoch in the upper 48 bits, a counter in the lower 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp(pub u64);

impl Stamp {
    /// The wall-clock part, milliseconds since the Unix epoch.
    pub fn wall_ms(self) -> u64 {
        self.0 >> COUNTER_BITS
    }
}

/// Gives out stamps that never repeat or go back, and are higher than every stamp it was shown.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    last: Stamp,
}

impl Clock {
    /// The stamp of a new local event. When the counter overflows the logical clock runs ahead of the wall clock.
    pub fn tick(&mut self, wall_ms: u64) -> Stamp {
        let physical = Stamp(wall_ms << COUNTER_BITS);
        self.last = Stamp(self.last.0.saturating_add(1)).max(physical);
        self.last
    }

    /// Takes note of a stamp of another member, however far ahead: refusing it would lose a write because of a wrong clock.
    pub fn witness(&mut self, stamp: Stamp) {
        self.last = self.last.max(stamp);
    }

    /// How far the logical clock is ahead of the wall clock, in milliseconds: the skew to warn of.
    pub fn ahead_ms(&self, wall_ms: u64) -> u64 {
        self.last.wall_ms().saturating_sub(wall_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_rise_when_the_wall_clock_stands_or_goes_back() {
        let mut clock = Clock::default();
        let stamps: Vec<_> = [1000, 1000, 400, 1001].into_iter().map(|ms| clock.tick(ms)).collect();
        assert!(stamps.is_sorted() && stamps.windows(2).all(|w| w[0] != w[1]));
        assert_eq!(stamps[3].wall_ms(), 1001);
    }

    #[test]
    fn a_stamp_from_the_future_is_followed_and_told() {
        let mut clock = Clock::default();
        clock.witness(Stamp(5_000 << COUNTER_BITS));
        assert!(clock.tick(1_000) > Stamp(5_000 << COUNTER_BITS));
        assert_eq!(clock.ahead_ms(1_000), 4_000);
    }
}
