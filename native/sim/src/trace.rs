// SPDX-License-Identifier: GPL-2.0-or-later
//! What happened in a run: as one number that tells two runs apart, and on request as text.

use std::fmt;

use crate::plan::{Micros, SECOND};

/// Collects what happens.
#[derive(Debug)]
pub struct Trace {
    hash: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// With `text`, lines are kept.
    pub fn new(text: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, lines: text.then(Vec::new) }
    }

    /// One number for all that happened.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Adds bytes to the hash (FNV-1a over words of eight bytes).
    pub fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.number(u64::from_le_bytes(word));
        }
    }

    /// Adds a number to the hash.
    pub fn number(&mut self, number: u64) {
        self.hash = (self.hash ^ number).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17);
    }

    /// Adds a line of text, which is made only if text is wanted.
    pub fn line(&mut self, now: Micros, text: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:4}.{:06} {}", now / SECOND, now % SECOND, text()));
        }
    }

    /// Whether text is wanted.
    pub fn is_text(&self) -> bool {
        self.lines.is_some()
    }

    /// The text, and an end of it.
    pub fn take_lines(&mut self) -> Vec<String> {
        self.lines.take().unwrap_or_default()
    }
}

/// A member as traces show it: short.
pub struct Short(pub gs_cluster_core::id::MemberId);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06x}", self.0.0 >> 104)
    }
}
