// SPDX-License-Identifier: GPL-2.0-or-later
//! Who is in the cluster: SWIM (Das et al., 2002), by the `foca` crate.
//!
//! Added to it here: timers in order, a clock that does not count the time in which this process did not run, and the hint
//! of the transport that a peer's process is gone.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    num::{NonZeroU8, NonZeroUsize},
    time::Duration,
};

use foca::{
    AccumulatingRuntime, Foca, NoCustomBroadcast, OwnedNotification, PeriodicParams, PostcardCodec, State, Timer,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::id::{MemberId, Peer};

/// Largest packet of the membership protocol, bytes. They travel in TCP frames; small ones keep the gossip cheap.
const PACKET: usize = 1_400;

/// How the failure detector is tuned. The sum of probe and suspicion is how long a silent peer stays a member.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// One peer is probed in each period.
    pub probe_period: Duration,
    /// A peer that has not answered within this is asked through others.
    pub probe_rtt: Duration,
    /// A suspected peer is down after this.
    pub suspect_to_down: Duration,
}

impl Default for Tuning {
    /// Notices a frozen peer or a cut link in 2 to 3 s, and a pause of 2 s, such as a garbage collector's, is no failure.
    /// The periods are short because up to three of them pass before one of two peers is probed again.
    fn default() -> Self {
        Self {
            probe_period: Duration::from_millis(250),
            probe_rtt: Duration::from_millis(150),
            suspect_to_down: Duration::from_millis(1_750),
        }
    }
}

/// What the failure detector knows a member by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Identity {
    peer: Peer,
    /// Counts how often the member was declared down and came back: of two that claim one address, the higher one wins.
    /// So a process that starts when the one before it was down several times has to be told as often that it is; it
    /// would be for ever if the time came first, and the clock was wrong.
    bump: u32,
    /// Milliseconds since the epoch at which the process started: of two with the same count, the later one wins.
    started: u64,
}

impl foca::Identity for Identity {
    type Addr = SocketAddr;

    fn renew(&self) -> Option<Self> {
        Some(Self { bump: self.bump.wrapping_add(1), ..self.clone() })
    }

    fn addr(&self) -> SocketAddr {
        self.peer.addr
    }

    fn win_addr_conflict(&self, other: &Self) -> bool {
        (self.bump, self.started, self.peer.id) > (other.bump, other.started, other.peer.id)
    }
}

/// Members that are missing are asked to let this one in, in each such period: so two halves of a healed network find each
/// other. Foca could do it for those that it knows to be down, but stops when nobody is left.
const RETRY: Duration = Duration::from_secs(1);
/// That many of them.
const RETRIED: usize = 2;

/// What membership wants done or known.
#[derive(Debug)]
pub(crate) enum Output {
    Send(SocketAddr, Vec<u8>),
    Up(Peer),
    Down(Peer),
}

/// The members that are up, without this one.
pub(crate) type Active = BTreeMap<MemberId, Peer>;

pub(crate) struct Membership {
    foca: Foca<Identity, PostcardCodec, StdRng, NoCustomBroadcast>,
    runtime: AccumulatingRuntime<Identity>,
    timers: BTreeSet<(Duration, Timer<Identity>, u64)>,
    /// Tells timers of one kind and moment apart.
    timers_set: u64,
    /// Time in which this process did not run, though a timer was due: a GC pause, a stopped or starved machine. Timers
    /// are kept in time less this, or a node that was paused would declare all the others down when it wakes
    /// (the idea of Lifeguard, Dadgar et al., 2018).
    lost: Duration,
    retry_due: Duration,
    random: StdRng,
    active: Active,
}

impl std::fmt::Debug for Membership {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Membership").field("active", &self.active).finish_non_exhaustive()
    }
}

impl Membership {
    pub(crate) fn new(me: Peer, started: u64, tuning: Tuning, seed: u64, mono: Duration) -> Self {
        let identity = Identity { peer: me, started, bump: 0 };
        let foca = Foca::new(identity, config(tuning), StdRng::seed_from_u64(seed), PostcardCodec);
        Self {
            foca,
            runtime: AccumulatingRuntime::new(),
            timers: BTreeSet::new(),
            timers_set: 0,
            lost: Duration::ZERO,
            retry_due: mono + RETRY,
            random: StdRng::seed_from_u64(seed.wrapping_add(1)),
            active: Active::new(),
        }
    }

    pub(crate) fn active(&self) -> &Active {
        &self.active
    }

    pub(crate) fn timers(&self) -> usize {
        self.timers.len()
    }

    /// When [`Membership::poll`] wants to be called next.
    pub(crate) fn deadline(&self) -> Duration {
        self.timers.first().map_or(self.retry_due, |(due, ..)| self.retry_due.min(*due + self.lost))
    }

    /// Does what is due. `known` are addresses at which members were, or may be: it is asked once in a period.
    pub(crate) fn poll(&mut self, mono: Duration, known: impl FnOnce() -> Vec<SocketAddr>) -> Vec<Output> {
        if self.retry_due <= mono {
            self.retry_due = mono + RETRY;
            self.retry(known());
        }
        let late = self.timers.first().and_then(|(due, ..)| mono.checked_sub(*due + self.lost));
        self.lost += late.unwrap_or_default();
        let now = mono.saturating_sub(self.lost);
        let mut due = Vec::new();
        while let Some((at, ..)) = self.timers.first()
            && *at <= now
        {
            due.extend(self.timers.pop_first());
        }
        for (_, timer, _) in due {
            // An error here concerns that timer only, and leaves foca's state as it was.
            let _ = self.foca.handle_timer(timer, &mut self.runtime);
        }
        self.drain(mono)
    }

    fn retry(&mut self, known: Vec<SocketAddr>) {
        let down = self.foca.iter_membership_state().filter(|m| m.state() == State::Down).map(|m| m.id().peer.addr);
        let here: BTreeSet<_> = self.active.values().chain([&self.foca.identity().peer]).map(|p| p.addr).collect();
        let missing: BTreeSet<_> = down.chain(known).filter(|addr| !here.contains(addr)).collect();
        let mut missing: Vec<_> = missing.into_iter().collect();
        for _ in 0..RETRIED.min(missing.len()) {
            let addr = missing.swap_remove(self.random.random_range(..missing.len()));
            let _ = self.foca.announce(anybody(addr), &mut self.runtime);
        }
    }

    pub(crate) fn packet(&mut self, packet: &[u8], mono: Duration) -> Vec<Output> {
        // A packet that foca cannot read changes nothing; the transport has proved that a member sent it.
        let _ = self.foca.handle_data(packet, &mut self.runtime);
        self.drain(mono)
    }

    /// Asks whoever is at this address to let this member in.
    pub(crate) fn announce(&mut self, addr: SocketAddr, mono: Duration) -> Vec<Output> {
        let _ = self.foca.announce(anybody(addr), &mut self.runtime);
        self.drain(mono)
    }

    /// The processes of these peers are gone: the members are down, and the others are told.
    pub(crate) fn gone(&mut self, who: impl Fn(&Peer) -> bool, mono: Duration) -> Vec<Output> {
        let down: Vec<_> = self
            .foca
            .iter_members()
            .filter(|m| who(&m.id().peer))
            .map(|m| foca::Member::new(m.id().clone(), m.incarnation(), State::Down))
            .collect();
        let _ = self.foca.apply_many(down.into_iter(), true, &mut self.runtime);
        self.drain(mono)
    }

    /// Tells the others that this member leaves. It takes part no more afterwards.
    pub(crate) fn leave(&mut self, mono: Duration) -> Vec<Output> {
        let _ = self.foca.leave_cluster(&mut self.runtime);
        let outputs = self.drain(mono);
        self.timers.clear();
        outputs
    }

    fn drain(&mut self, mono: Duration) -> Vec<Output> {
        let mut outputs = Vec::new();
        let mut changed = false;
        while let Some(notification) = self.runtime.to_notify() {
            changed = true;
            if matches!(notification, OwnedNotification::Rejoin(_)) {
                // Foca has ended all its periodic work, and would begin again only when the next packet comes.
                let _ = self.foca.apply_many(std::iter::empty(), false, &mut self.runtime);
            }
        }
        while let Some((to, data)) = self.runtime.to_send() {
            outputs.push(Output::Send(to.peer.addr, data.to_vec()));
        }
        while let Some((after, timer)) = self.runtime.to_schedule() {
            self.timers_set += 1;
            self.timers.insert((mono.saturating_sub(self.lost) + after, timer, self.timers_set));
        }
        if changed {
            self.compare(&mut outputs);
        }
        outputs
    }

    /// Foca tells of ups, downs and renames one by one; what counts is who is in now and was not before.
    fn compare(&mut self, outputs: &mut Vec<Output>) {
        let now: Active = self.foca.iter_members().map(|m| (m.id().peer.id, m.id().peer)).collect();
        outputs.extend(self.active.iter().filter(|(id, p)| now.get(id) != Some(p)).map(|(_, p)| Output::Down(*p)));
        outputs.extend(now.iter().filter(|(id, p)| self.active.get(id) != Some(p)).map(|(_, p)| Output::Up(*p)));
        self.active = now;
    }
}

/// Whoever is at this address: of the addressee of an announcement only that is used.
fn anybody(addr: SocketAddr) -> Identity {
    Identity { peer: Peer { id: MemberId(0), addr }, started: 0, bump: 0 }
}

fn config(tuning: Tuning) -> foca::Config {
    let every = |ms, members| {
        NonZeroUsize::new(members)
            .map(|num_members| PeriodicParams { frequency: Duration::from_millis(ms), num_members })
    };
    foca::Config {
        probe_period: tuning.probe_period,
        probe_rtt: tuning.probe_rtt,
        num_indirect_probes: NonZeroUsize::MIN.saturating_add(2),
        max_transmissions: NonZeroU8::MIN.saturating_add(9),
        suspect_to_down_after: tuning.suspect_to_down,
        // As long it is tried to reach a member that is down.
        remove_down_after: Some(Duration::from_secs(3_600)),
        max_packet_size: NonZeroUsize::MIN.saturating_add(PACKET - 1),
        notify_down_members: true,
        periodic_announce: every(5_000, 1),
        periodic_announce_to_down_members: None,
        periodic_gossip: every(200, 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(n: u16, started: u64) -> Membership {
        let peer = Peer { id: MemberId(u128::from(n) + 100 * u128::from(started)), addr: addr(n) };
        Membership::new(peer, started, Tuning::default(), 1, Duration::ZERO)
    }

    fn addr(n: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], n))
    }

    /// Lets time pass from one second to another, delivering everything; returns how many packets were sent.
    fn run(members: &mut [Membership], seconds: std::ops::Range<u64>) -> usize {
        let mut sent = 0;
        for ms in seconds.start * 1_000..seconds.end * 1_000 {
            let mono = Duration::from_millis(ms);
            let mut outputs: Vec<_> = members.iter_mut().flat_map(|m| m.poll(mono, Vec::new)).collect();
            while let Some(output) = outputs.pop() {
                let Output::Send(to, packet) = output else { continue };
                sent += 1;
                let to = members.iter_mut().find(|m| m.foca.identity().peer.addr == to);
                outputs.extend(to.map(|m| m.packet(&packet, mono)).unwrap_or_default());
            }
        }
        sent
    }

    /// Two members that know each other.
    fn pair() -> [Membership; 2] {
        let mut members = [start(1, 1_000), start(2, 1_000)];
        let announced = members[0].announce(addr(2), Duration::ZERO);
        pass(announced, &mut members[1], Duration::ZERO);
        run(&mut members, 0..3);
        assert!(members.iter().all(|m| m.active().len() == 1));
        members
    }

    fn pass(outputs: Vec<Output>, to: &mut Membership, mono: Duration) {
        for output in outputs {
            if let Output::Send(_, packet) = output {
                to.packet(&packet, mono);
            }
        }
    }

    #[test]
    fn one_that_was_declared_down_goes_on_probing() {
        let [mut a, b] = pair();
        a.gone(|peer| peer.addr == addr(2), Duration::from_secs(3));
        let mut members = [a, b];
        run(&mut members, 3..5);
        let [_, b] = members;
        assert!(b.foca.identity().bump > 0, "it heard of that");
        assert_eq!(b.active().len(), 1);
        // Alone from now on, with the other still on its list: it must notice that nobody answers.
        let mut alone = [b];
        assert!(run(&mut alone, 5..10) > 0);
        assert_eq!(alone[0].active().len(), 0);
    }

    #[test]
    fn a_process_that_starts_with_its_clock_set_back_takes_the_place_of_its_predecessor() {
        let [a, _] = pair();
        let mut members = [a, start(2, 5)];
        let mono = Duration::from_secs(3);
        let announced = members[1].announce(addr(1), mono);
        pass(announced, &mut members[0], mono);
        run(&mut members, 3..13);
        let known = members[0].active().keys().copied().collect::<Vec<_>>();
        assert_eq!(known, [members[1].foca.identity().peer.id]);
        assert_eq!(members[1].active().len(), 1);
    }
}
