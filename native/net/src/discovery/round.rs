// SPDX-License-Identifier: GPL-2.0-or-later
//! One round of a mode that knows addresses: each host is resolved and asked in parallel, and every address that
//! answers is said at once.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use gs_cluster_config::{MAX_MEMBERS, MemberSpec};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::outlet::{Closed, Outlet, Trouble};
use super::probe::{Answers, Prober};

/// The first round gives an address this long, and the next ones twice as long up to the configured timeout: a member
/// on a local network answers in a millisecond, and dead ones should not delay the second round.
const FIRST_LIMIT: Duration = Duration::from_secs(1);
/// Most addresses of one round: three ports of the longest list.
const MAX_ADDRESSES: usize = 3 * MAX_MEMBERS;

/// What a round found out.
#[derive(Default)]
pub(super) struct Round {
    pub(super) answers: Answers,
    /// The hosts include this member.
    pub(super) own: bool,
    /// Names that could not be resolved.
    pub(super) unresolved: Vec<(String, io::Error)>,
    crowded: bool,
}

impl Round {
    /// The bound on addresses, said if it was reached.
    pub(super) fn crowded(&self, trouble: &mut Trouble) {
        if self.crowded {
            trouble
                .passing(&format!("More than {MAX_ADDRESSES} addresses and ports were found; the rest is not tried."));
        }
    }
}

/// A step of a round that came to its end.
enum Step {
    Resolved(MemberSpec, io::Result<Vec<IpAddr>>),
    Probed(SocketAddr, io::Result<()>),
}

/// Makes the rounds of one mode.
pub(super) struct Rounds {
    prober: Prober,
    limit: Duration,
    timeout: Duration,
    patience: Duration,
    nobody_since: Instant,
}

impl Rounds {
    /// `timeout` bounds each connection and each look-up of a name; see [`Rounds::in_vain`] for `patience`.
    pub(super) fn new(timeout: Duration, patience: Duration) -> Self {
        let limit = FIRST_LIMIT.min(timeout);
        Self { prober: Prober::new(), limit, timeout, patience, nobody_since: Instant::now() }
    }

    /// One round over `hosts`.
    pub(super) async fn ask(&mut self, hosts: &[MemberSpec], outlet: &Outlet) -> Result<Round, Closed> {
        let mut round = Round::default();
        let mut steps = JoinSet::new();
        let mut known = BTreeSet::new();
        for spec in hosts {
            match spec.host.parse() {
                Ok(ip) => self.probe(&mut steps, &mut known, &mut round, outlet, spec, &[ip]),
                Err(_) => {
                    let (prober, limit, spec) = (self.prober.clone(), self.timeout, spec.clone());
                    steps.spawn(async move {
                        let found = prober.resolve(&spec.host, limit).await;
                        Step::Resolved(spec, found)
                    });
                }
            }
        }
        while let Some(step) = steps.join_next().await {
            match step {
                Ok(Step::Resolved(spec, Ok(ips))) => {
                    self.probe(&mut steps, &mut known, &mut round, outlet, &spec, &ips);
                }
                Ok(Step::Resolved(spec, Err(e))) => round.unresolved.push((spec.host, e)),
                Ok(Step::Probed(addr, answer)) => {
                    round.answers.add(addr, &answer);
                    if answer.is_ok() {
                        outlet.seed(addr).await?;
                    }
                }
                Err(e) => tracing::debug!("a probe ended early: {e}"),
            }
        }
        round.unresolved.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.limit = (self.limit * 2).min(self.timeout);
        if !outlet.lonely() || !round.answers.nobody() {
            self.nobody_since = Instant::now();
        }
        Ok(round)
    }

    /// True if this node is alone, and for longer than the patience there were hosts to ask and none had a listener.
    pub(super) fn in_vain(&self, round: &Round, outlet: &Outlet) -> bool {
        outlet.lonely() && round.answers.nobody() && self.nobody_since.elapsed() >= self.patience
    }

    fn probe(
        &self,
        steps: &mut JoinSet<Step>,
        known: &mut BTreeSet<SocketAddr>,
        round: &mut Round,
        outlet: &Outlet,
        spec: &MemberSpec,
        ips: &[IpAddr],
    ) {
        for addr in spec.ports.clone().flat_map(|port| ips.iter().map(move |ip| SocketAddr::new(*ip, port))) {
            if outlet.me.is_at(addr) {
                round.own = true;
            } else if known.len() >= MAX_ADDRESSES {
                round.crowded = true;
                return;
            } else if known.insert(addr) {
                let (prober, limit) = (self.prober.clone(), self.limit);
                steps.spawn(async move { Step::Probed(addr, prober.probe(addr, limit).await) });
            }
        }
    }
}
