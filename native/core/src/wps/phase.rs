// SPDX-License-Identifier: GPL-2.0-or-later
//! The phases of a process, as GeoServer's `ProcessState` has them.

/// Phase of a process. The numbers are GeoServer's order of declaration, by which it also sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Waits to be run.
    Queued = 0,
    /// Is run.
    Running = 1,
    /// Ended well, its response is written.
    Succeeded = 2,
    /// Is asked to stop.
    Dismissing = 3,
    /// Ended with an exception.
    Failed = 4,
}

impl Phase {
    /// All of them, in the order of their numbers.
    pub const ALL: [Phase; 5] = [Phase::Queued, Phase::Running, Phase::Succeeded, Phase::Dismissing, Phase::Failed];

    /// The phase with this number.
    pub fn from_code(code: u8) -> Option<Phase> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether the process has ended.
    pub fn is_completed(self) -> bool {
        matches!(self, Phase::Succeeded | Phase::Failed)
    }

    /// Whether GeoServer's stores accept this phase after `previous`.
    pub fn may_follow(self, previous: Phase) -> bool {
        use Phase::*;
        self == previous
            || match self {
                Queued => false,
                Running => previous == Queued,
                Succeeded => previous == Running,
                Dismissing => matches!(previous, Queued | Running),
                Failed => matches!(previous, Queued | Running | Dismissing),
            }
    }

    /// The rank of a status in this phase. Where two members wrote a status at the same time, the phase that can follow the
    /// other wins; SUCCEEDED over FAILED, because only the executing member can know it. A failure that is `presumed` by
    /// others because the executing member is gone yields to what that member says itself, if it lives after all.
    pub fn rank(self, presumed: bool) -> u8 {
        match self {
            Phase::Queued => 0,
            Phase::Running => 1,
            Phase::Dismissing => 2,
            Phase::Failed if presumed => 3,
            Phase::Failed => 4,
            Phase::Succeeded => 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_that_may_follow_never_has_a_lower_rank() {
        for (before, after) in Phase::ALL.iter().flat_map(|b| Phase::ALL.iter().map(move |a| (*b, *a))) {
            assert!(!after.may_follow(before) || after.rank(false) >= before.rank(false), "{before:?} {after:?}");
        }
    }
}
