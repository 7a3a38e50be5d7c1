// SPDX-License-Identifier: GPL-2.0-or-later
//! What the host tells and asks: see the [module above](super).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Agreed, Failure, Local, MAX_KEY, Outcome, Pending, Policy, Standing,
    conflicts::is_same_file,
    decide::{self, Verdict},
    ledger::Joined,
    token,
    value::{Header, State},
};
use crate::{
    entry::{Entry, MapId},
    node::{Node, Refusal},
    time::Now,
};

impl Node {
    /// Asks to take part. `directory` names the data directory; `hold`: a member that is required was not found yet.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] never: what is written is small.
    pub fn shared_join(
        &mut self,
        policy: Policy,
        pristine: bool,
        directory: &str,
        hold: bool,
        now: Now,
    ) -> Result<Standing, Refusal> {
        directory.clone_into(&mut self.active.directory);
        let first = self.active.asked.replace((policy, pristine)).is_none();
        if first {
            self.summarise(now);
        }
        let is_other = self.active.takes_part() && self.active.joined().is_none();
        if std::mem::take(&mut self.active.parted) || is_other {
            // The host has to notice that it stands anew, even if it takes part again at once.
            self.active.standing = Standing::Waiting;
            self.active.wake = true;
            return Ok(Standing::Waiting);
        }
        let before = self.active.standing;
        let joined = self.joined_catalog();
        self.active.standing = self.find_standing(policy, pristine, hold, now)?;
        let same = joined == self.joined_catalog();
        if self.active.takes_part() {
            self.active.ledger.know(directory);
        }
        if self.active.takes_part() && (!same || !matches!(before, Standing::Member | Standing::Adopting)) {
            self.active.round = None;
            self.look_at_all();
        }
        Ok(self.active.standing)
    }

    /// Of an object that is here after a start or a reload.
    ///
    /// # Errors
    /// As [`Node::put`].
    pub fn shared_compare(&mut self, key: &str, local: &Local<'_>, now: Now) -> Result<Outcome, Refusal> {
        check(key)?;
        if !self.active.takes_part() {
            return Ok(Outcome::Pending);
        }
        self.active.round.get_or_insert_default().insert(key.into());
        let (agreed, said) = (self.active.ledger.get(key), self.said(key));
        let verdict = decide::compared(local.hash, local.modified, agreed, said, self.active.rules(key));
        let when = if local.modified == 0 { now.wall_ms } else { local.modified.min(now.wall_ms) };
        self.carry_verdict(key, Some(local), when, verdict, now)
    }

    /// An object was changed here; `None`: removed.
    ///
    /// # Errors
    /// As [`Node::put`].
    pub fn shared_put(&mut self, key: &str, local: Option<&Local<'_>>, now: Now) -> Result<Outcome, Refusal> {
        check(key)?;
        if !self.active.takes_part() {
            return Ok(Outcome::Pending);
        }
        self.touch(key);
        // Of what a comparison found missing, because the host had not told of this yet: what was agreed on before it.
        let agreed = self.active.missing.get(key).copied().or_else(|| self.active.ledger.get(key)).unwrap_or_default();
        let verdict = decide::put(local.map(|l| l.hash), agreed, self.said(key), self.active.rules(key));
        let outcome = self.carry_verdict(key, local, now.wall_ms, verdict, now)?;
        // An edit that is none leaves what is pending to be applied, and the editor has nothing to be told of it.
        Ok(if verdict == Verdict::Leave { Outcome::Same } else { outcome })
    }

    /// What is here is nobody's edit.
    ///
    /// # Errors
    /// The key is too long.
    pub fn shared_derived(&mut self, key: &str, local: State) -> Result<(), Refusal> {
        check(key)?;
        if self.active.takes_part() {
            self.touch(key);
            let agreed = self.active.ledger.get(key).unwrap_or_default();
            self.agree(key, Agreed { local, ..agreed });
        }
        Ok(())
    }

    fn carry_verdict(
        &mut self,
        key: &str,
        local: Option<&Local<'_>>,
        when: u64,
        verdict: Verdict,
        now: Now,
    ) -> Result<Outcome, Refusal> {
        let here = local.map(|local| local.hash);
        match verdict {
            Verdict::Agree => {
                self.agree(key, Agreed { cluster: here, local: here });
                Ok(Outcome::Same)
            }
            Verdict::Leave if self.active.pending.contains(key) => Ok(Outcome::Pending),
            Verdict::Leave => Ok(Outcome::Same),
            Verdict::Publish { keep } => {
                if keep
                    && !self.has_same_file(key)
                    && let Some(value) = self.shared_entry(key).and_then(|entry| entry.value.clone())
                {
                    let reason = format!("a later change on node {}, which had not applied it", self.active.setup.node);
                    self.keep(key, &value, reason, now)?;
                }
                let value = local.map(|local| Arc::from(self.value_of(local, when)));
                let full = self.full(key).unwrap_or_default();
                self.absorb();
                self.active.writing = Some(key.into());
                let written = self.put(MapId::SHARED, &full, value, 0, false, now);
                self.absorb();
                self.active.writing = None;
                written?;
                self.agree(key, Agreed { cluster: here, local: here });
                Ok(Outcome::Published)
            }
            Verdict::GiveWay { keep } => {
                if keep
                    && !self.has_same_file(key)
                    && !self.active.is_pristine(key)
                    && let Some(local) = local
                {
                    let value = self.value_of(local, when);
                    let why =
                        if self.active.setup.read_only { "which is read-only" } else { "which had not told of it" };
                    let reason = format!("what the cluster says; it was on node {}, {why}", self.active.setup.node);
                    self.keep(key, &value, reason, now)?;
                }
                self.agree(key, Agreed { cluster: here, local: here });
                Ok(if self.active.setup.read_only { Outcome::ReadOnly } else { Outcome::Pending })
            }
        }
    }

    /// Whether what the cluster says was found where this node finds what is here.
    fn has_same_file(&self, key: &str) -> bool {
        let header = self.shared_entry(key).and_then(|entry| Header::parse(entry.value.as_deref()?));
        header.is_some_and(|(header, _)| is_same_file(key, &self.active.directory, &header.directory))
    }

    fn value_of(&self, local: &Local<'_>, when: u64) -> Vec<u8> {
        let header = Header {
            hash: local.hash,
            when,
            node: self.active.setup.node.clone(),
            directory: self.active.directory.clone(),
            file: local.file,
        };
        header.with_body(&(local.body)())
    }

    fn agree(&mut self, key: &str, agreed: Agreed) {
        self.active.missing.remove(key);
        self.active.ledger.set(key, agreed);
        self.active.wake |= self.look_at(&key.into());
    }

    /// Its local state is known, in a comparison of all.
    fn touch(&mut self, key: &str) {
        if let Some(round) = &mut self.active.round {
            round.insert(key.into());
        }
    }

    /// All objects below these prefixes were compared: what is not among them is missing here.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] never: what is written is small.
    pub fn shared_compared(&mut self, prefixes: &[String], now: Now) -> Result<(), Refusal> {
        if !self.active.takes_part() {
            return Ok(());
        }
        let mut round = self.active.round.take().unwrap_or_default();
        let below = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()));
        let known: Vec<_> = self.active.ledger.keys().filter(|key| below(key)).cloned().collect();
        for key in known.into_iter().filter(|key| !round.contains(key)) {
            let before = self.active.ledger.get(&key).unwrap_or_default();
            if before.local.is_some() {
                self.agree(&key, Agreed::default());
            }
            if self.active.pending.contains(&key) {
                self.active.missing.entry(key).or_insert(before);
            }
        }
        round.retain(|key| !below(key));
        self.active.round = Some(round).filter(|round| !round.is_empty());
        if let Some(joined) = self.active.joined() {
            let known: BTreeSet<_> = joined.compared.iter().chain(prefixes).cloned().collect();
            if known.len() > joined.compared.len() {
                let joined = Joined { compared: known.into_iter().collect(), ..joined.clone() };
                self.active.ledger.note(joined);
            }
        }
        if self.active.standing == Standing::Adopting {
            self.active.standing = Standing::Member;
        }
        self.is_ready(now)
    }

    /// What is to be applied, at most `max`: what was not tried yet first, then what failed, longest ago first.
    pub fn shared_pending(&mut self, max: usize) -> Vec<Pending> {
        if !self.active.takes_part() {
            return Vec::new();
        }
        let untried = self.active.pending.iter().filter(|key| !self.active.failures.contains_key(*key));
        let mut keys: Vec<_> = untried.take(max).cloned().collect();
        let failed: BTreeMap<_, _> = self.active.failures.iter().map(|(key, f)| (f.order, key)).collect();
        keys.extend(failed.into_values().take(max - keys.len()).cloned());
        let mut pending = Vec::with_capacity(keys.len());
        for key in keys {
            let entry = self.shared_entry(&key).cloned();
            let token = token(entry.as_ref());
            self.active.given.insert(key.clone(), (token, self.said(&key).state()));
            let is_missing = self.active.missing.contains_key(&key);
            pending.push(Pending { key, token, entry, is_missing });
        }
        pending
    }

    /// A version, if it is still what the cluster says.
    pub fn shared_version(&self, key: &str, version: u64) -> Option<Arc<Entry>> {
        self.shared_entry(key).filter(|entry| token(Some(entry)) == version).cloned()
    }

    /// What a version that was given to be applied says; `None`: that is not known any more.
    pub fn shared_given(&self, key: &str, version: u64) -> Option<State> {
        if version == token(self.shared_entry(key)) {
            Some(self.said(key).state())
        } else {
            // Another version came meanwhile; which one this is about was noted when it was given.
            self.active.given.get(key).filter(|(given, _)| *given == version).map(|(_, state)| *state)
        }
    }

    /// A version was applied; `local` is what is here now.
    pub fn shared_applied(&mut self, key: &str, version: u64, local: State) {
        if !self.active.takes_part() {
            return;
        }
        self.touch(key);
        let said = self.shared_given(key, version);
        self.active.failures.remove(key);
        // If it is not known any more which version this is about, what the cluster says now is pending unless it is the same.
        self.agree(key, Agreed { cluster: said.unwrap_or(local), local });
    }

    /// A version could not be applied.
    pub fn shared_failed(&mut self, key: &str, version: u64, reason: &str) {
        if self.active.pending.contains(key) && version == token(self.shared_entry(key)) {
            self.active.failed += 1;
            let times = self.active.failures.get(key).filter(|f| f.token == version).map_or(0, |f| f.times);
            let failure =
                Failure { token: version, reason: reason.to_owned(), times: times + 1, order: self.active.failed };
            self.active.failures.insert(key.into(), failure);
        }
    }

    /// What the cluster says of a key; `None`: nothing, or it was removed.
    pub fn shared_content(&self, key: &str) -> Option<&Arc<Entry>> {
        self.shared_entry(key).filter(|entry| !entry.is_tombstone() && self.active.takes_part())
    }

    /// What this node last agreed on.
    pub fn shared_agreed(&self, key: &str) -> Option<Agreed> {
        self.active.ledger.get(key)
    }

    /// The keys of which the cluster has a content, in order.
    pub fn shared_keys(&self, prefix: &str) -> Vec<Arc<str>> {
        if self.active.takes_part() { self.keys_below(prefix) } else { Vec::new() }
    }
}

fn check(key: &str) -> Result<(), Refusal> {
    if key.is_empty() || key.len() > MAX_KEY { Err(Refusal::TooLarge) } else { Ok(()) }
}
