// SPDX-License-Identifier: GPL-2.0-or-later
//! What goes wrong: one fault after the other, several at once, until the heal.

use rand::RngExt;

use crate::{
    plan::{MS, Micros, SECOND, one_of},
    world::{Item, World},
};

/// A fault that ends.
#[derive(Clone, Debug)]
pub enum Fault {
    /// These ways are cut.
    Cut(Vec<(usize, usize)>),
    /// A host is off.
    Off(usize),
    /// A host does not run.
    Pause(usize),
}

impl World {
    /// Lets something go wrong, and puts the next time on the agenda.
    pub fn next_fault(&mut self) {
        if self.healed.is_some() {
            return;
        }
        let gap = self.random.random_range(0..=2 * self.plan.fault_gap);
        self.at(self.now + gap, Item::NextFault);
        let at = self.random.random_range(0..self.hosts.len());
        match self.random.random_range(0..20) {
            0..=2 => self.partition(),
            3 => self.one_way(at),
            4 | 5 => self.pair(),
            6..=9 => self.crash(at),
            10 => self.crash_all(),
            11 => self.leave(at),
            12..=14 => self.pause(at),
            15 => self.clock(at),
            16 => self.hosts[at].slow_disk_until = self.now + self.some_seconds(),
            17 => {
                let until = self.now + self.some_seconds();
                self.network.narrow_until.insert(at, until);
            }
            18 => self.network.lossy_until = self.now + self.some_seconds(),
            _ => self.network.break_host(at),
        }
    }

    fn some_seconds(&mut self) -> Micros {
        let longest = one_of(&mut self.random, &[2, 6, 25]);
        self.random.random_range(100 * MS..longest * SECOND)
    }

    fn cut(&mut self, ways: Vec<(usize, usize)>) {
        self.trace.line(self.now, || format!("cut {ways:?}"));
        ways.iter().for_each(|(from, to)| self.network.cut(*from, *to, self.now));
        let until = self.now + self.some_seconds();
        self.at(until, Item::End(Fault::Cut(ways)));
    }

    fn partition(&mut self) {
        let sides: Vec<bool> = self.hosts.iter().map(|_| self.random.random_bool(0.5)).collect();
        let hosts = 0..sides.len();
        let ways = hosts.clone().flat_map(|a| hosts.clone().map(move |b| (a, b)));
        let ways = ways.filter(|(a, b)| sides[*a] != sides[*b]).collect();
        self.cut(ways);
    }

    fn one_way(&mut self, at: usize) {
        let others = (0..self.hosts.len()).filter(|other| *other != at);
        let out = self.random.random_bool(0.5);
        let ways = others.map(|other| if out { (at, other) } else { (other, at) }).collect();
        self.cut(ways);
    }

    fn pair(&mut self) {
        let a = self.random.random_range(0..self.hosts.len());
        let b = self.random.random_range(0..self.hosts.len());
        if a != b {
            let ways = if self.random.random_bool(0.5) { vec![(a, b), (b, a)] } else { vec![(a, b)] };
            self.cut(ways);
        }
    }

    fn crash(&mut self, at: usize) {
        if !self.hosts[at].is_up() {
            return;
        }
        let lost = self.plan.disk_lost_in > 0 && self.random.random_ratio(1, self.plan.disk_lost_in);
        self.trace.line(self.now, || format!("n{at} crashes{}", if lost { ", its disk is lost" } else { "" }));
        self.kill(at, !lost);
        let until = if self.random.random_bool(0.3) { self.now + 10 * MS } else { self.now + self.some_seconds() };
        self.at(until, Item::End(Fault::Off(at)));
    }

    fn crash_all(&mut self) {
        (0..self.hosts.len()).for_each(|at| self.crash(at));
    }

    fn leave(&mut self, at: usize) {
        if !self.hosts[at].reacts() {
            return;
        }
        self.trace.line(self.now, || format!("n{at} leaves"));
        self.call(at, gs_cluster_core::node::Node::leave);
        self.hosts[at].disk.flush();
        let host = &mut self.hosts[at];
        host.node = None;
        self.tell(&crate::invariants::Event::Stopped(at));
        let until = self.now + self.some_seconds();
        self.at(until, Item::End(Fault::Off(at)));
    }

    fn pause(&mut self, at: usize) {
        if !self.hosts[at].reacts() {
            return;
        }
        // Shorter than any tombstone lives at most: what is in its buffers is taken in when it goes on.
        let longest = one_of(&mut self.random, &[1, 3, 8]);
        let until = self.now + self.random.random_range(50 * MS..longest * SECOND);
        self.trace.line(self.now, || format!("n{at} pauses"));
        self.hosts[at].paused_until = Some(until);
        self.at(until, Item::End(Fault::Pause(at)));
    }

    fn clock(&mut self, at: usize) {
        let skew = i64::try_from(self.plan.skew_ms).unwrap_or(0);
        let wrong = self.random.random_range(-skew..=skew);
        self.trace.line(self.now, || format!("n{at} clock is wrong by {wrong} ms"));
        self.hosts[at].wrong_ms = wrong;
    }

    /// Ends a fault, unless the heal did.
    pub fn end_fault(&mut self, fault: &Fault) {
        match fault {
            Fault::Cut(ways) => {
                for (from, to) in ways {
                    for (when, envelope) in self.network.mend(*from, *to, self.now) {
                        self.at(when, Item::Arrive(envelope));
                    }
                }
                self.trace.line(self.now, || format!("mended {ways:?}"));
            }
            Fault::Off(at) if !self.hosts[*at].is_up() => self.start(*at),
            Fault::Pause(at) if self.hosts[*at].paused_until == Some(self.now) => self.resume(*at),
            Fault::Off(_) | Fault::Pause(_) => (),
        }
    }

    /// Ends all faults for good.
    pub fn heal(&mut self) {
        self.healed = Some(self.now);
        self.trace.line(self.now, || "the heal".to_owned());
        for (when, envelope) in self.network.heal(self.now) {
            self.at(when, Item::Arrive(envelope));
        }
        for at in 0..self.hosts.len() {
            self.hosts[at].slow_disk_until = 0;
            self.resume(at);
            if !self.hosts[at].is_up() {
                self.start(at);
            }
        }
    }
}
