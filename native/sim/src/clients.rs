// SPDX-License-Identifier: GPL-2.0-or-later
//! Those who use the cluster: processes with their owners, people who dismiss and remove them, writers of a plain map,
//! commands, and questions to the peers.

use std::{collections::BTreeSet, sync::Arc};

use gs_cluster_core::{
    command::{ANSWERED, Command},
    entry::{Entry, MapId, Version},
    id::MemberId,
    node::{Refusal, WaitId},
    wps::{
        Phase,
        record::{Draft, Record, Text},
    },
};
use rand::{RngExt, rngs::StdRng};

use crate::{
    history::Wait,
    host::PLAIN,
    invariants::Event,
    plan::{MS, Micros, SECOND, one_of},
    planted::Planted,
    world::{Item, World},
};

/// No client waits longer for an acknowledgement.
pub const LONGEST_WAIT: Micros = 5 * SECOND;

/// A process that a host runs.
#[derive(Debug)]
struct Process {
    id: String,
    host: usize,
    member: MemberId,
}

/// See the [module](self).
#[derive(Debug)]
pub struct Clients {
    random: StdRng,
    processes: Vec<Process>,
    written: u64,
    commands: Vec<(usize, MemberId, String)>,
}

impl Clients {
    /// Clients that have done nothing.
    pub fn new(random: StdRng) -> Self {
        Self { random, processes: Vec::new(), written: 0, commands: Vec::new() }
    }
}

fn record(id: &str, phase: Phase, progress: f32) -> Vec<u8> {
    let mut draft = Draft::new(id, phase);
    draft.progress = progress;
    draft.encode()
}

impl World {
    /// A client of a host does one thing, and comes back later.
    pub fn client(&mut self, at: usize) {
        if self.healed.is_some() {
            return;
        }
        let gap = self.clients.random.random_range(0..=2 * self.plan.client_gap);
        self.at(self.now + gap, Item::Client(at));
        if !self.hosts[at].reacts() {
            return;
        }
        self.clean_commands(at);
        match self.clients.random.random_range(0..20) {
            0..=2 => self.begin_process(at),
            3 | 4 => self.any_phase(at),
            5 => self.dismiss(at),
            6 | 7 => self.remove_process(at),
            8 => self.command(at),
            9 => self.ask(at),
            10..=13 => self.remove_plain(at),
            _ => self.put_plain(at),
        }
    }

    /// Writes to the plain map, and waits for all.
    pub fn probe(&mut self, at: usize) {
        self.put(at, PLAIN, &format!("probe{at}"), Some(b"probe"), 0, true);
    }

    fn put_plain(&mut self, at: usize) {
        let key = format!("k{}", self.clients.random.random_range(0..self.plan.keys));
        self.clients.written += 1;
        let value = self.clients.written.to_be_bytes();
        let all = self.clients.random.random_bool(0.5);
        self.put(at, PLAIN, &key, Some(&value), 0, all);
    }

    fn remove_plain(&mut self, at: usize) {
        let key = format!("k{}", self.clients.random.random_range(0..self.plan.keys));
        let all = self.clients.random.random_bool(0.5);
        let live = self.hosts[at].node.as_ref().is_some_and(|n| n.replica().get(PLAIN, &key).is_some());
        if live {
            self.put(at, PLAIN, &key, None, 0, all);
        }
    }

    fn put(&mut self, at: usize, map: MapId, key: &str, value: Option<&[u8]>, rank: u8, all: bool) {
        let waited = self.call(at, |node, now| node.put(map, key, value.map(Into::into), rank, all, now));
        if let Some(Ok(Some(wait))) = waited {
            self.wait(at, map, key, wait);
        }
    }

    fn wait(&mut self, at: usize, map: MapId, key: &str, wait: WaitId) {
        let host = &self.hosts[at];
        let Some(node) = &host.node else { return };
        let Some(entry) = node.replica().get(map, key) else { return };
        let (member, written) = (host.peer.id, (entry.version, entry.dot));
        let members = node.members().map(|p| p.id).collect();
        let wait_for = Wait {
            key: (map, key.into()),
            written,
            members,
            given_up: None,
            acknowledged: false,
            since: self.now,
            in_whole_cluster: self.healed.is_some(),
        };
        self.history.waits.insert((member, wait), wait_for);
        let bound = self.clients.random.random_range(500 * MS..LONGEST_WAIT);
        self.at(self.now + bound, Item::GiveUp(at, member, wait));
    }

    /// Gives a wait up.
    pub fn give_up(&mut self, at: usize, member: MemberId, wait: WaitId) {
        if self.plan.planted == Some(Planted::WaitsForever) || self.hosts[at].peer.id != member {
            return;
        }
        if let Some(waited) = self.history.waits.get_mut(&(member, wait))
            && !waited.acknowledged
        {
            waited.given_up = Some(self.now);
        }
        self.call(at, |node, _| node.give_up(wait));
    }

    fn begin_process(&mut self, at: usize) {
        let number = self.clients.processes.len();
        let id = format!("p{number}");
        let member = self.hosts[at].peer.id;
        self.clients.processes.push(Process { id: id.clone(), host: at, member });
        self.save(at, &id, Phase::Queued, 0.0, true);
        self.drive_later(number);
    }

    fn drive_later(&mut self, process: usize) {
        let longest = one_of(&mut self.clients.random, &[200, 2_000, 15_000]);
        let when = self.now + self.clients.random.random_range(10 * MS..longest * MS);
        self.at(when, Item::Drive(process));
    }

    /// The owner of a process goes on with it.
    pub fn drive(&mut self, process: usize) {
        let Process { id, host, member } = &self.clients.processes[process];
        let (id, at, member) = (id.clone(), *host, *member);
        if self.healed.is_some() || self.hosts[at].peer.id != member || !self.hosts[at].is_up() {
            return;
        }
        if self.hosts[at].paused_until.is_some() {
            return self.drive_later(process);
        }
        let held = self.hosts[at].node.as_ref().and_then(|n| n.replica().get(MapId::STATUS, &id).cloned());
        // Removed: its owner stops.
        let Some(value) = held.as_ref().and_then(|e| e.value.as_deref()) else { return };
        let Some(held) = Record::trusted(value) else { return };
        let r = self.clients.random.random_range(0..10);
        let next = match held.phase() {
            _ if held.is_presumed() => Phase::Succeeded,
            Phase::Queued => Phase::Running,
            Phase::Running if r < 5 => Phase::Running,
            Phase::Running if r < 8 => Phase::Succeeded,
            Phase::Running | Phase::Dismissing => Phase::Failed,
            Phase::Succeeded | Phase::Failed => return,
        };
        let progress = held.progress() + 1.0;
        let all = next != held.phase();
        self.save(at, &id, next, progress, all);
        self.drive_later(process);
    }

    /// Saves a status, and checks that it is refused exactly if it has to be.
    fn save(&mut self, at: usize, id: &str, phase: Phase, progress: f32, all: bool) {
        let Some(node) = &self.hosts[at].node else { return };
        let held = node.replica().get(MapId::STATUS, id).cloned();
        let may = may_save(held.as_deref(), phase, self.hosts[at].peer.id);
        let saved = self.call(at, |node, now| node.save_status(&record(id, phase, progress), all, now));
        let after = self.hosts[at].node.as_ref().and_then(|n| n.replica().get(MapId::STATUS, id).cloned());
        match saved {
            Some(Ok(wait)) => {
                if !may {
                    self.violate("transitions", format!("n{at} saved {id} as {phase:?} over {held:?}"));
                }
                if let Some(wait) = wait {
                    self.wait(at, MapId::STATUS, id, wait);
                }
            }
            Some(Err(Refusal::Transition(_) | Refusal::Outranked)) if !may && after == held => (),
            other => {
                self.violate("transitions", format!("n{at} {other:?} for {id} as {phase:?} over {held:?}"));
            }
        }
    }

    fn some_process(&mut self) -> Option<String> {
        let processes = &self.clients.processes;
        let oldest = processes.len().saturating_sub(20);
        (!processes.is_empty()).then(|| processes[self.clients.random.random_range(oldest..processes.len())].id.clone())
    }

    fn any_phase(&mut self, at: usize) {
        let Some(id) = self.some_process() else { return };
        let phase = one_of(&mut self.clients.random, &Phase::ALL);
        // Nobody but its owner creates a process.
        if self.live(at, &id) {
            let all = self.clients.random.random_bool(0.5);
            self.save(at, &id, phase, 50.0, all);
        }
    }

    fn live(&self, at: usize, id: &str) -> bool {
        let node = self.hosts[at].node.as_ref();
        node.and_then(|n| n.replica().get(MapId::STATUS, id)).is_some_and(|e| !e.is_tombstone())
    }

    fn dismiss(&mut self, at: usize) {
        let Some(id) = self.some_process() else { return };
        if self.live(at, &id) {
            self.save(at, &id, Phase::Dismissing, 50.0, true);
        }
    }

    fn remove_process(&mut self, at: usize) {
        let Some(id) = self.some_process() else { return };
        self.call(at, |node, now| node.remove_status(&id, now));
    }

    fn command(&mut self, at: usize) {
        let Some(node) = &self.hosts[at].node else { return };
        let Some(to) = node.members().next().map(|p| p.id) else { return };
        let from = self.hosts[at].peer.id;
        self.clients.written += 1;
        let key = format!("c{}", self.clients.written);
        let command = Command { to, from, payload: vec![1, 2, 3] }.encode();
        self.clients.commands.push((at, from, key.clone()));
        self.put(at, MapId::COMMAND, &key, Some(&command), 0, false);
    }

    /// A host answers the commands that reached it, and takes away its own that were answered.
    fn clean_commands(&mut self, at: usize) {
        let me = self.hosts[at].peer.id;
        let Some(node) = &self.hosts[at].node else { return };
        let open: BTreeSet<Arc<str>> = node
            .replica()
            .entries(MapId::COMMAND)
            .filter(|e| e.version.rank < ANSWERED)
            .filter(|e| e.value.as_deref().and_then(Command::decode).is_some_and(|c| c.to == me))
            .map(|e| e.key.clone())
            .collect();
        open.iter().for_each(|key| self.put(at, MapId::COMMAND, key, Some(b"done"), ANSWERED, false));
        let own: Vec<_> = self.clients.commands.iter().filter(|(_, m, _)| *m == me).map(|c| c.2.clone()).collect();
        for key in own {
            let answered = self.hosts[at].node.as_ref().and_then(|n| n.replica().get(MapId::COMMAND, &key));
            if answered.is_none_or(|e| e.version.rank >= ANSWERED) {
                self.put(at, MapId::COMMAND, &key, None, Version::FINAL, false);
                self.clients.commands.retain(|(_, m, k)| (*m, k) != (me, &key));
            }
        }
    }

    fn ask(&mut self, at: usize) {
        let key = format!("k{}", self.clients.random.random_range(0..self.plan.keys));
        let member = self.hosts[at].peer.id;
        if let Some(Some(request)) = self.call(at, |node, _| node.ask(PLAIN, &key)) {
            self.tell(&Event::Asked(at, request));
            self.at(self.now + 2 * SECOND, Item::Forget(at, member, request));
        }
    }

    /// Reads a host's feeds, a few changes at a time.
    pub fn read_on(&mut self, at: usize) {
        let start = self.hosts[at].starts;
        let longest = one_of(&mut self.clients.random, &[50 * MS, SECOND, 10 * SECOND]);
        let next = self.now + self.clients.random.random_range(0..=longest);
        self.at(next, Item::Read(at, start));
        if self.hosts[at].reacts() {
            let limit = self.clients.random.random_range(1..20);
            crate::host::FEEDS.into_iter().for_each(|map| {
                self.read(at, map, limit);
            });
        }
    }

    /// Reads a feed. False if there is nothing more to read.
    pub fn read(&mut self, at: usize, map: MapId, limit: usize) -> bool {
        let skip = u64::from(self.plan.planted == Some(Planted::FeedSkips) && self.clients.random.random_ratio(1, 20));
        let host = &mut self.hosts[at];
        let Some(node) = &host.node else { return false };
        let reader = host.readers.entry(map).or_default();
        let (entries, position) = node.replica().feed(map, reader.position + skip, limit);
        reader.position = position;
        for entry in &entries {
            if entry.is_tombstone() {
                reader.view.remove(&entry.key);
            } else {
                reader.view.insert(entry.key.clone(), entry.clone());
            }
        }
        let more = !entries.is_empty();
        if entries.len() < limit {
            self.tell(&Event::FeedRead(at, map));
        }
        more
    }
}

/// Whether a status may be saved, by the rules of GeoServer's stores and of presumed failures.
fn may_save(held: Option<&Entry>, phase: Phase, me: MemberId) -> bool {
    let Some(held) = held else { return true };
    let Some(held) = held.value.as_deref().and_then(Record::trusted) else { return false };
    if held.is_presumed() && held.text(Text::Owner) == Some(me.to_string().as_str()) {
        return phase.is_completed();
    }
    phase.may_follow(held.phase())
}
