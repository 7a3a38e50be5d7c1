// SPDX-License-Identifier: GPL-2.0-or-later
//! What the host is told. It asks; nothing here calls it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use gs_cluster_core::{
    entry::Entry,
    id::{MemberId, Peer},
};
use tracing::Level;

/// Log lines, members and requests that wait for the host together: some seconds of a bad day's logging. When the host
/// does not ask, the oldest go.
const MAX_WAITING: usize = 4_096;

/// Changed files of one watch that wait for the host; with more of them it looks at everything, which is sooner done then.
const MAX_FILES: usize = 10_000;

/// Changes of statuses are gathered for so long, and then told of with their last state: every sign of progress of every
/// process is one, and to wake the host for each would cost more than saving it.
const STATUS_GATHER: Duration = Duration::from_millis(20);

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A line for the host's log.
    Log {
        /// How grave.
        level: Level,
        /// The Rust module that says it.
        target: String,
        /// What.
        message: String,
    },
    /// A status changed: its last state, or a tombstone. `local`: this member wrote it.
    Status {
        /// The entry.
        entry: Arc<Entry>,
        /// Whether this member wrote it.
        local: bool,
    },
    /// A member's host asks something of this one.
    Request {
        /// To be given with the reply.
        id: Arc<str>,
        /// Who asks.
        from: MemberId,
        /// What.
        payload: Vec<u8>,
    },
    /// A member came, or went for a reason.
    Member {
        /// Which.
        peer: Peer,
        /// How people call it.
        name: String,
        /// Why it went; `None`: it came.
        gone: Option<&'static str>,
    },
    /// Shared objects are pending, or the standing is to be asked for.
    Shared,
    /// Files of a watched folder changed.
    Files {
        /// Which watch.
        watch: u64,
        /// Their paths below the folder; none: it is not known which.
        paths: Vec<String>,
    },
}

/// Events that wait for the host.
#[derive(Debug, Default)]
pub struct EventQueue {
    state: Mutex<State>,
    something: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Event>,
    /// Events that went because the host did not ask.
    lost: usize,
    /// Statuses changed, and are told of then: they wait in the replica's feed, which holds each but once.
    statuses: Option<Instant>,
    /// Shared objects are pending.
    shared: bool,
    /// Changed files by watch; `None`: all may have.
    files: BTreeMap<u64, Option<BTreeSet<String>>>,
    closed: bool,
}

/// What was waiting.
pub(super) struct Waited {
    pub(super) events: Vec<Event>,
    pub(super) statuses: bool,
    pub(super) closed: bool,
}

impl EventQueue {
    pub(super) fn push(&self, event: Event) {
        let mut state = self.state();
        if state.waiting.len() >= MAX_WAITING {
            state.waiting.pop_front();
            state.lost += 1;
        }
        state.waiting.push_back(event);
        self.something.notify_one();
    }

    pub(super) fn statuses_changed(&self) {
        let mut state = self.state();
        if state.statuses.is_none() {
            state.statuses = Some(Instant::now() + STATUS_GATHER);
            self.something.notify_one();
        }
    }

    /// Shared objects are pending. Told once, and at once.
    pub(super) fn shared_changed(&self) {
        self.state().shared = true;
        self.something.notify_one();
    }

    /// Files changed; an empty list: it is not known which.
    pub(super) fn files_changed(&self, watch: u64, paths: Vec<String>) {
        let mut state = self.state();
        let known = state.files.entry(watch).or_insert_with(|| Some(BTreeSet::new()));
        match known {
            Some(known) if !paths.is_empty() && known.len() + paths.len() <= MAX_FILES => known.extend(paths),
            _ => *known = None,
        }
        self.something.notify_one();
    }

    /// No more events come: who asks is told.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.something.notify_all();
    }

    pub(super) fn wait(&self, timeout: Duration) -> Waited {
        let until = Instant::now() + timeout;
        let mut state = self.state();
        let statuses = loop {
            let now = Instant::now();
            let rest = state.statuses.map(|due| due.saturating_duration_since(now));
            let statuses = rest.is_some_and(|rest| rest.is_zero());
            let left = until.saturating_duration_since(now);
            let other = !state.waiting.is_empty() || state.shared || !state.files.is_empty();
            if other || statuses || state.closed || left.is_zero() {
                break statuses;
            }
            let pause = rest.map_or(left, |rest| left.min(rest));
            state = self.something.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
        };
        if statuses {
            state.statuses = None;
        }
        let mut events: Vec<_> = state.waiting.drain(..).collect();
        if std::mem::take(&mut state.shared) {
            events.push(Event::Shared);
        }
        for (watch, paths) in std::mem::take(&mut state.files) {
            events.push(Event::Files { watch, paths: paths.into_iter().flatten().collect() });
        }
        if state.lost > 0 {
            let message = format!("{} events were dropped because the host did not ask for them", state.lost);
            state.lost = 0;
            events.insert(0, Event::Log { level: Level::WARN, target: module_path!().to_owned(), message });
        }
        Waited { events, statuses, closed: state.closed }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
