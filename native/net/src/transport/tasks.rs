// SPDX-License-Identifier: GPL-2.0-or-later
//! A group of tasks that is ended as one.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

/// Tasks on one runtime; after [`end`](Self::end) no more are started.
pub(crate) struct Tasks {
    runtime: Handle,
    set: Mutex<Option<JoinSet<()>>>,
}

impl Tasks {
    pub(crate) fn new(runtime: &Handle) -> Self {
        Self { runtime: runtime.clone(), set: Mutex::new(Some(JoinSet::new())) }
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(set) = self.set().as_mut() {
            // Forget those that have ended, so that the group is as large as what runs.
            while set.try_join_next().is_some() {}
            set.spawn_on(task, &self.runtime);
        }
    }

    /// Gives all of them `time` to end by themselves, then ends the rest at their next pause, and waits for that.
    pub(crate) async fn end(&self, time: Duration) {
        let taken = self.set().take();
        if let Some(mut set) = taken {
            let _ = tokio::time::timeout(time, async { while set.join_next().await.is_some() {} }).await;
            set.shutdown().await;
        }
    }

    fn set(&self) -> MutexGuard<'_, Option<JoinSet<()>>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
