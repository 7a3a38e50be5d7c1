// SPDX-License-Identifier: GPL-2.0-or-later
//! What every mode has in common: its way out, its memory of what was said, and its pace.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gs_cluster_config::Source;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::{Discovered, Me, Mode};

/// The receiver is gone: the mode ends.
#[derive(Debug)]
pub(super) struct Closed;

/// Everything that is wrong with a mode now, as sentences for the administrator; see [`Discovered::Problem`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trouble {
    text: String,
    fatal: bool,
}

impl Trouble {
    /// Adds what may pass by itself.
    pub(super) fn passing(&mut self, text: &str) {
        let space = if self.text.is_empty() { "" } else { " " };
        self.text = format!("{}{space}{text}", self.text);
    }

    /// Adds what only a change of the configuration ends.
    pub(super) fn fatal(&mut self, text: &str) {
        self.passing(text);
        self.fatal = true;
    }
}

/// The way out of one mode.
pub(super) struct Outlet {
    by: Mode,
    source: Source,
    pub(super) me: Arc<Me>,
    out: mpsc::Sender<Discovered>,
    pub(super) lonely: watch::Receiver<bool>,
    required_missing: Arc<watch::Sender<bool>>,
    said: Trouble,
}

impl Outlet {
    pub(super) fn new(
        (by, source): (Mode, &Source),
        me: Arc<Me>,
        out: mpsc::Sender<Discovered>,
        lonely: watch::Receiver<bool>,
        required_missing: Arc<watch::Sender<bool>>,
    ) -> Self {
        Self { by, source: source.clone(), me, out, lonely, required_missing, said: Trouble::default() }
    }

    pub(super) fn lonely(&self) -> bool {
        *self.lonely.borrow()
    }

    /// Says a seed, unless a required member is still missing.
    pub(super) async fn seed(&self, addr: SocketAddr) -> Result<(), Closed> {
        if self.required_missing() {
            return Ok(());
        }
        self.send(Discovered::Seed { addr, by: self.by, source: self.source.clone() }).await
    }

    /// The required member answered (or is this member): seeds may pass from now on.
    pub(super) fn required_found(&self) {
        self.required_missing.send_if_modified(|missing| std::mem::replace(missing, false));
    }

    pub(super) fn required_missing(&self) -> bool {
        *self.required_missing.borrow()
    }

    /// Says what is wrong now, if that is something else than the last time.
    pub(super) async fn settle(&mut self, now: Trouble) -> Result<(), Closed> {
        if now == self.said {
            return Ok(());
        }
        self.said = now.clone();
        let (by, source, Trouble { text, fatal }) = (self.by, self.source.clone(), now);
        self.send(match text.is_empty() {
            true => Discovered::Solved { by },
            false => Discovered::Problem { by, source, text, fatal },
        })
        .await
    }

    async fn send(&self, what: Discovered) -> Result<(), Closed> {
        self.out.send(what).await.map_err(|_| Closed)
    }
}

/// Time between rounds: short at first and doubling while alone, long once others are known.
pub(super) struct Pace {
    lonely: watch::Receiver<bool>,
    first: Duration,
    alone: Duration,
    settled: Duration,
    next: Duration,
}

impl Pace {
    /// Rounds `first` apart, doubling up to `alone`, while this node is alone; `settled` apart afterwards.
    pub(super) fn new(lonely: watch::Receiver<bool>, first: Duration, alone: Duration, settled: Duration) -> Self {
        Self { lonely, first, alone, settled, next: first }
    }

    /// The pace of the modes that connect: eager while alone, rare afterwards.
    pub(super) fn for_addresses(lonely: watch::Receiver<bool>) -> Self {
        Self::new(lonely, Duration::from_millis(100), Duration::from_secs(2), Duration::from_secs(30))
    }

    /// Waits for the next round. Becoming lonely starts the fast rounds again at once.
    pub(super) async fn wait(&mut self) -> Result<(), Closed> {
        let alone = *self.lonely.borrow_and_update();
        let until = Instant::now() + jitter(if alone { self.next } else { self.settled });
        loop {
            tokio::select! {
                () = sleep_until(until) => {
                    self.next = if alone { (self.next * 2).min(self.alone) } else { self.first };
                    return Ok(());
                }
                changed = self.lonely.changed() => {
                    changed.map_err(|_| Closed)?;
                    if *self.lonely.borrow_and_update() && !alone {
                        self.next = self.first;
                        return Ok(());
                    }
                }
            }
        }
    }
}

/// Between three quarters and five quarters of `time`, so that members do not keep step.
pub(super) fn jitter(time: Duration) -> Duration {
    let mut byte = [128u8];
    // Without randomness there is no jitter: nothing depends on it.
    let _ = SystemRandom::new().fill(&mut byte);
    time * 3 / 4 + time / 2 * u32::from(byte[0]) / 255
}
