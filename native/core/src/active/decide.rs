// SPDX-License-Identifier: GPL-2.0-or-later
//! What a local state means, beside what was agreed on and what the cluster says: one table, without side effects.

use super::{
    ledger::Agreed,
    value::{ContentHash, State},
};

/// What the cluster says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It never heard of it, or has forgotten that it was removed.
    Nothing,
    /// It was removed then, milliseconds since the epoch.
    Removed(u64),
    /// This content, made then.
    Content(ContentHash, u64),
}

impl Said {
    pub(super) fn state(self) -> State {
        match self {
            Said::Content(hash, _) => Some(hash),
            Said::Nothing | Said::Removed(_) => None,
        }
    }

    /// Whether it was said before `modified`, as far as that is known of both.
    fn is_before(self, modified: u64) -> bool {
        match self {
            Said::Nothing => false,
            Said::Removed(when) | Said::Content(_, when) => modified > when,
        }
    }
}

/// How a local state that was compared is judged beside the [`Agreed`] and the [`Said`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rules {
    /// This node publishes nothing.
    pub(super) read_only: bool,
    /// What is here and was never agreed on gives way to the cluster's.
    pub(super) adopt: bool,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Both say the same: that is agreed on from now on.
    Agree,
    /// Nothing.
    Leave,
    /// What is here becomes what the cluster says; `keep` its version.
    Publish { keep: bool },
    /// What the cluster says is to be applied here; `keep` the version that is here.
    GiveWay { keep: bool },
}

/// Of an object that is here after a start or a reload.
pub(super) fn compared(local: ContentHash, modified: u64, agreed: Option<Agreed>, said: Said, rules: Rules) -> Verdict {
    if said.state() == Some(local) {
        return Verdict::Agree;
    }
    let Some(agreed) = agreed else {
        return match said {
            _ if rules.adopt || rules.read_only => Verdict::GiveWay { keep: true },
            Said::Nothing => Verdict::Publish { keep: false },
            // What was removed does not return because somebody was away; it can be restored from the copy.
            Said::Removed(_) => Verdict::GiveWay { keep: true },
            Said::Content(..) => later(modified, said),
        };
    };
    if agreed.local == Some(local) {
        Verdict::Leave
    } else if rules.read_only {
        Verdict::GiveWay { keep: true }
    } else if agreed.cluster == said.state() {
        Verdict::Publish { keep: false }
    } else {
        later(modified, said)
    }
}

/// Both have changed: the later one stays, the other one is kept.
fn later(modified: u64, said: Said) -> Verdict {
    if said.is_before(modified) { Verdict::Publish { keep: true } } else { Verdict::GiveWay { keep: true } }
}

/// Of a change that was made here just now.
pub(super) fn put(local: State, agreed: Agreed, said: Said, rules: Rules) -> Verdict {
    if local == said.state() {
        Verdict::Agree
    } else if local == agreed.local {
        Verdict::Leave
    } else if rules.read_only {
        Verdict::GiveWay { keep: true }
    } else {
        // It is the latest, and made with a version under way that this node had not applied yet.
        Verdict::Publish { keep: agreed.cluster != said.state() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ContentHash = ContentHash([1; 32]);
    const B: ContentHash = ContentHash([2; 32]);
    const C: ContentHash = ContentHash([3; 32]);

    fn agreed(cluster: State, local: State) -> Option<Agreed> {
        Some(Agreed { cluster, local })
    }

    #[test]
    fn what_is_here_is_judged_by_what_was_agreed_on_and_what_the_cluster_says() {
        use Verdict::{Agree, GiveWay, Leave, Publish};
        let keep = true;
        let (publish, give_way) = (Publish { keep: false }, GiveWay { keep });
        for (local, modified, agreed, said, verdict) in [
            // Never agreed on.
            (A, 0, None, Said::Nothing, publish),
            (A, 0, None, Said::Content(A, 9), Agree),
            (A, 5, None, Said::Content(B, 9), give_way),
            (A, 10, None, Said::Content(B, 9), Publish { keep }),
            (A, 0, None, Said::Content(B, 9), give_way),
            (A, 99, None, Said::Removed(9), give_way),
            // Unchanged here.
            (A, 0, agreed(Some(A), Some(A)), Said::Content(A, 9), Agree),
            (A, 99, agreed(Some(A), Some(A)), Said::Content(B, 9), Leave),
            (A, 99, agreed(Some(A), Some(A)), Said::Removed(9), Leave),
            (A, 99, agreed(Some(A), Some(A)), Said::Nothing, Leave),
            // The same, written in another form here.
            (B, 99, agreed(Some(A), Some(B)), Said::Content(A, 9), Leave),
            // Nobody's edit: what came about by itself.
            (B, 99, agreed(None, Some(B)), Said::Nothing, Leave),
            // Changed here alone.
            (B, 0, agreed(Some(A), Some(A)), Said::Content(A, 9), publish),
            (B, 0, agreed(None, None), Said::Removed(9), publish),
            // Changed on both sides.
            (B, 10, agreed(Some(A), Some(A)), Said::Content(C, 9), Publish { keep }),
            (B, 8, agreed(Some(A), Some(A)), Said::Content(C, 9), give_way),
            (B, 0, agreed(Some(A), Some(A)), Said::Content(C, 9), give_way),
            (B, 9, agreed(Some(A), Some(A)), Said::Content(B, 9), Agree),
            (B, 10, agreed(Some(A), Some(A)), Said::Removed(9), Publish { keep }),
            (B, 8, agreed(Some(A), Some(A)), Said::Removed(9), give_way),
            // When it was removed is forgotten: long ago.
            (B, 8, agreed(Some(A), Some(A)), Said::Nothing, give_way),
        ] {
            let found = compared(local, modified, agreed, said, Rules::default());
            assert_eq!(found, verdict, "{local:?} {modified} {agreed:?} {said:?}");
        }
    }

    #[test]
    fn one_that_adopts_or_only_reads_gives_way() {
        let keep = true;
        let (adopt, read_only) = (Rules { adopt: true, ..Rules::default() }, Rules { read_only: true, adopt: false });
        for said in [Said::Nothing, Said::Content(B, 1), Said::Removed(1)] {
            assert_eq!(compared(A, 9, None, said, adopt), Verdict::GiveWay { keep });
            assert_eq!(compared(A, 9, None, said, read_only), Verdict::GiveWay { keep });
            assert_eq!(put(Some(A), Agreed::default(), said, read_only), Verdict::GiveWay { keep });
        }
        assert_eq!(compared(A, 9, None, Said::Content(A, 1), read_only), Verdict::Agree);
        let known = agreed(Some(A), Some(A));
        assert_eq!(compared(B, 9, known, Said::Content(A, 1), adopt), Verdict::Publish { keep: false });
        assert_eq!(compared(B, 9, known, Said::Content(A, 1), read_only), Verdict::GiveWay { keep });
    }

    #[test]
    fn an_edit_is_published_unless_it_is_none() {
        let rules = Rules::default();
        let same = Agreed { cluster: Some(A), local: Some(A) };
        assert_eq!(put(Some(A), same, Said::Content(A, 1), rules), Verdict::Agree);
        assert_eq!(put(Some(B), same, Said::Content(A, 1), rules), Verdict::Publish { keep: false });
        assert_eq!(put(None, same, Said::Content(A, 1), rules), Verdict::Publish { keep: false });
        assert_eq!(put(Some(A), same, Said::Content(B, 1), rules), Verdict::Leave);
        assert_eq!(put(Some(C), same, Said::Content(B, 1), rules), Verdict::Publish { keep: true });
        assert_eq!(put(Some(B), same, Said::Content(B, 1), rules), Verdict::Agree);
        assert_eq!(put(None, same, Said::Removed(1), rules), Verdict::Agree);
        let otherwise = Agreed { cluster: Some(A), local: Some(B) };
        assert_eq!(put(Some(B), otherwise, Said::Content(A, 1), rules), Verdict::Leave);
    }
}
