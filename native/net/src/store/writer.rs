// SPDX-License-Identifier: GPL-2.0-or-later
//! The pending map and the thread that drains it.

use super::disk::Disk;
use super::{Batch, FlushError, GROUP_INTERVAL, Key, MAX_PENDING, OnFailure};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What one transaction writes. `None`: the entry is removed.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) entries: HashMap<Key, Option<Arc<[u8]>>>,
    pub(super) meta: HashMap<Key, Vec<u8>>,
    bytes: usize,
}

impl Group {
    /// Adds a batch to the group; the last write of a key counts.
    pub(super) fn add(&mut self, batch: Batch) {
        for (key, value) in batch.put {
            self.set(key, Some(value));
        }
        for key in batch.delete {
            self.set(key, None);
        }
        for (key, value) in batch.meta {
            self.bytes += key.len() + value.len();
            let length = key.len();
            if let Some(old) = self.meta.insert(key, value) {
                self.bytes -= length + old.len();
            }
        }
    }

    fn set(&mut self, key: Key, value: Option<Arc<[u8]>>) {
        let length = key.len();
        self.bytes += length + value.as_ref().map_or(0, |value| value.len());
        if let Some(old) = self.entries.insert(key, value) {
            self.bytes -= length + old.map_or(0, |old| old.len());
        }
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.meta.is_empty()
    }
}

#[derive(Default)]
struct State {
    pending: Group,
    /// When the first of these came.
    since: Option<Instant>,
    /// Bytes of the group that is being committed.
    committing: usize,
    /// Number of the last batch taken, and of the last one on the disk.
    taken: u64,
    durable: u64,
    /// Somebody waits: do not wait for more company.
    urgent: bool,
    closing: bool,
    ended: bool,
    off: Option<String>,
    failed: Option<OnFailure>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Something to do for the thread.
    work: Condvar,
    /// Something to see for those who wait.
    progress: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Turns the store off; the first reason counts. The callback is called without the lock.
    fn turn_off(&self, mut state: MutexGuard<'_, State>, why: &str) {
        if state.off.is_some() {
            return;
        }
        state.off = Some(why.to_owned());
        state.pending = Group::default();
        state.since = None;
        let failed = state.failed.take();
        drop(state);
        self.work.notify_all();
        self.progress.notify_all();
        if let Some(failed) = failed {
            failed(why);
        }
    }
}

/// The writing half of a store.
pub(super) struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn start(disk: Disk, failed: OnFailure) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        shared.state().failed = Some(failed);
        let theirs = shared.clone();
        let thread = std::thread::Builder::new().name("gs-store".to_owned()).spawn(move || run(&theirs, disk))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    pub(super) fn write(&self, batch: Batch) {
        let mut state = self.shared.state();
        if state.off.is_some() || state.closing {
            return;
        }
        state.taken += 1;
        state.pending.add(batch);
        let is_first = state.since.is_none() && !state.pending.is_empty();
        if is_first {
            state.since = Some(Instant::now());
        }
        let waiting = state.pending.bytes + state.committing;
        if waiting > MAX_PENDING {
            let why = format!("the disk does not keep up: {} MiB wait to be written", waiting >> 20);
            return self.shared.turn_off(state, &why);
        }
        drop(state);
        if is_first {
            self.shared.work.notify_one();
        }
    }

    pub(super) fn failure(&self) -> Option<String> {
        self.shared.state().off.clone()
    }

    pub(super) fn flush(&self, deadline: Duration) -> Result<(), FlushError> {
        let mut state = self.shared.state();
        let target = state.taken;
        state.urgent = true;
        self.shared.work.notify_one();
        let state = self.wait(state, deadline, |state| state.durable >= target || state.off.is_some())?;
        if state.durable >= target { Ok(()) } else { off_or_ok(&state) }
    }

    pub(super) fn close(&mut self, deadline: Duration) -> Result<(), FlushError> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let mut state = self.shared.state();
        state.closing = true;
        self.shared.work.notify_one();
        let state = self.wait(state, deadline, |state| state.ended)?;
        let result = off_or_ok(&state);
        drop(state);
        // It has said that it is at its end.
        let _ = thread.join();
        result
    }

    fn wait<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        deadline: Duration,
        done: impl Fn(&State) -> bool,
    ) -> Result<MutexGuard<'a, State>, FlushError> {
        let waited = self.shared.progress.wait_timeout_while(state, deadline, |state| !done(state));
        let (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() { Err(FlushError::Timeout) } else { Ok(state) }
    }
}

fn off_or_ok(state: &State) -> Result<(), FlushError> {
    state.off.clone().map_or(Ok(()), |why| Err(FlushError::Off(why)))
}

fn run(shared: &Shared, disk: Disk) {
    while let Some((group, number)) = next_group(shared) {
        let result = catch_unwind(AssertUnwindSafe(|| disk.commit(&group)));
        drop(group);
        let mut state = shared.state();
        state.committing = 0;
        match result {
            Ok(Ok(())) => {
                state.durable = number;
                drop(state);
                shared.progress.notify_all();
            }
            Ok(Err(error)) => shared.turn_off(state, &format!("the state file cannot be written: {error}")),
            Err(_) => shared.turn_off(state, "the state file cannot be written: the writer stopped"),
        }
    }
    // Closing writes as well, and a file that could not be written is not worth a second panic.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(disk)));
    shared.state().ended = true;
    shared.progress.notify_all();
}

/// The next group to commit, [`GROUP_INTERVAL`] after its first write unless somebody waits: so it has company, and what is
/// written is with the other members before the disk gets busy. `None` when the store is closed and everything is written, or
/// off.
fn next_group(shared: &Shared) -> Option<(Group, u64)> {
    let mut state = shared.state();
    loop {
        if state.off.is_some() {
            return None;
        }
        if state.pending.is_empty() {
            // Batches without content are durable as they are.
            state.durable = state.taken;
            shared.progress.notify_all();
            if state.closing {
                return None;
            }
            state = shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let rest = state.since.map_or(Duration::ZERO, |since| GROUP_INTERVAL.saturating_sub(since.elapsed()));
        if rest.is_zero() || state.urgent || state.closing {
            let group = std::mem::take(&mut state.pending);
            state.since = None;
            state.urgent = false;
            state.committing = group.bytes;
            return Some((group, state.taken));
        }
        state = shared.work.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
    }
}
