// SPDX-License-Identifier: GPL-2.0-or-later
//! Threads of the host that wait for the cluster, each with a bound.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

/// Who waits for what. `T` is the answer.
#[derive(Debug)]
pub(super) struct Waiting<K, T>(Mutex<HashMap<K, SyncSender<T>>>);

impl<K, T> Default for Waiting<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, T> Waiting<K, T> {
    /// Must be called before the answer can come.
    pub(super) fn register(self: &Arc<Self>, key: K) -> Ticket<K, T> {
        let (answer, answered) = sync_channel(1);
        self.map().insert(key.clone(), answer);
        Ticket { waiting: self.clone(), key, answered }
    }

    /// Whether somebody waited.
    pub(super) fn answer(&self, key: &K, answer: T) -> bool {
        // There is room for one answer, and the sender is taken out with it.
        self.map().remove(key).is_some_and(|waiting| waiting.try_send(answer).is_ok())
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<K, SyncSender<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A right to one answer. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Ticket<K: Eq + Hash + Clone, T> {
    waiting: Arc<Waiting<K, T>>,
    key: K,
    answered: Receiver<T>,
}

impl<K: Eq + Hash + Clone, T> Ticket<K, T> {
    pub(super) fn key(&self) -> &K {
        &self.key
    }

    pub(super) fn wait(&self, timeout: Duration) -> Option<T> {
        self.answered.recv_timeout(timeout).ok()
    }
}

impl<K: Eq + Hash + Clone, T> Drop for Ticket<K, T> {
    fn drop(&mut self) {
        self.waiting.map().remove(&self.key);
    }
}
