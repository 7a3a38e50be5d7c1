// SPDX-License-Identifier: GPL-2.0-or-later
//! The writing end of a connection, while its task has nothing to write.
//!
//! Who sends while nothing is queued writes at once, in the own thread. That spares a switch of threads, which costs more than
//! all else on the way of a small frame, and on a busy machine milliseconds. Nobody waits: what the system does not take at
//! once is left to the task.

use super::frame;
use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::AsyncWrite;
use tokio::sync::Notify;

/// Largest frame that is written at once: with its length it is one TLS record. A larger one would keep the sender, who may
/// hold locks, for too long.
const AT_ONCE: usize = (16 << 10) - frame::PREFIX;

/// What frames are written to.
pub(super) type Writing = Box<dyn AsyncWrite + Send + Unpin>;

/// See the [module](self).
#[derive(Default)]
pub(super) struct Outlet {
    state: Mutex<State>,
    unfinished: Notify,
}

#[derive(Default)]
struct State {
    /// `None` while the task writes.
    idle: Option<Writing>,
    /// Frames that wait for the task: none may overtake them.
    queued: usize,
    /// What the connection did not take of a frame that was begun; perhaps nothing, if it only has to be flushed.
    rest: Option<Vec<u8>>,
}

impl Outlet {
    /// Writes the frame, if nothing is before it and the connection takes it.
    pub(super) fn write_now(&self, frame: &Bytes) -> bool {
        let mut state = self.state();
        if frame.len() > AT_ONCE || state.queued > 0 || state.rest.is_some() {
            return false;
        }
        let Some(writing) = &mut state.idle else { return false };
        let mut bytes = Vec::with_capacity(frame::PREFIX + frame.len());
        // Fails only for frames that are far larger.
        if frame::put(&mut bytes, frame).is_err() {
            return false;
        }
        // Nobody is woken: if there is something to wait for, the task waits.
        let mut context = Context::from_waker(Waker::noop());
        let written = match Pin::new(&mut *writing).poll_write(&mut context, &bytes) {
            Poll::Ready(Ok(written)) if written > 0 => written,
            // The task will meet the same error.
            Poll::Ready(_) | Poll::Pending => return false,
        };
        let flushed = Pin::new(writing).poll_flush(&mut context);
        if written < bytes.len() || !matches!(flushed, Poll::Ready(Ok(()))) {
            state.rest = Some(bytes.split_off(written));
            self.unfinished.notify_one();
        }
        true
    }

    /// Notes that `enqueue` puts a frame into the queue, if it does.
    pub(super) fn queued<E>(&self, enqueue: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        let mut state = self.state();
        enqueue()?;
        state.queued += 1;
        Ok(())
    }

    /// A frame was taken from the queue. Only while the task has the connection.
    pub(super) fn taken(&self) {
        self.state().queued -= 1;
    }

    /// The task has nothing to write at the moment.
    pub(super) fn lend(&self, writing: Writing) {
        self.state().idle = Some(writing);
    }

    /// The connection, which the task has lent, and what is to be written first; then it is to be flushed.
    pub(super) fn take(&self) -> Option<(Writing, Vec<u8>)> {
        let mut state = self.state();
        let rest = state.rest.take().unwrap_or_default();
        Some((state.idle.take()?, rest))
    }

    /// Waits until the connection was not able to take all at once.
    pub(super) fn unfinished(&self) -> impl Future<Output = ()> + '_ {
        self.unfinished.notified()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
