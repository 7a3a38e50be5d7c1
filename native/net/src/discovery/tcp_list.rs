// SPDX-License-Identifier: GPL-2.0-or-later
//! `join/tcp-ip`: the members that the configuration names. Any one of them that answers is enough.
//!
//! Names are resolved again in every round. `required-member` works as in Hazelcast, where a node joins through that
//! member or not at all: until it has answered once, only it is asked, and [`Outlet::seed`] lets nothing else through
//! (whichever mode it comes from). Its later absence does not dissolve a cluster.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use gs_cluster_config::{MemberSpec, TcpIp};

use super::outlet::{Closed, Outlet, Pace, Trouble};
use super::round::{Round, Rounds};

/// Runs until the receiver is gone.
pub(super) async fn run(list: TcpIp, patience: Duration, outlet: Outlet) {
    let Err(Closed) = search(list, patience, outlet).await;
}

async fn search(list: TcpIp, patience: Duration, mut outlet: Outlet) -> Result<Infallible, Closed> {
    let mut pace = Pace::for_addresses(outlet.lonely.clone());
    let mut rounds = Rounds::new(list.connection_timeout, patience);
    let everybody: Vec<MemberSpec> = list.members.iter().chain(&list.required_member).cloned().collect();
    loop {
        let mut trouble = Trouble::default();
        if let Some(required) = list.required_member.as_ref().filter(|_| outlet.required_missing()) {
            let round = rounds.ask(std::slice::from_ref(required), &outlet).await?;
            if round.own || round.answers.alive > 0 {
                outlet.required_found();
            } else {
                unresolved(&round, &mut trouble);
                let why = if round.answers.nobody() { format!(": {}", round.answers.reasons()) } else { String::new() };
                trouble.passing(&format!(
                    "The required member {} does not answer{why}. This node joins no cluster before it does. Start \
                     it, correct its address, or remove <required-member>.",
                    required.host
                ));
            }
        }
        if !outlet.required_missing() {
            let round = rounds.ask(&everybody, &outlet).await?;
            unresolved(&round, &mut trouble);
            round.crowded(&mut trouble);
            if rounds.in_vain(&round, &outlet) {
                trouble.passing(&format!(
                    "No other member of the list answers: {}. This node works alone and keeps trying. Check that \
                     GeoServer runs on those hosts, that their addresses and ports are right, and that the firewall \
                     lets TCP through.",
                    round.answers.reasons()
                ));
            }
        }
        outlet.settle(trouble).await?;
        pace.wait().await?;
    }
}

fn unresolved(round: &Round, trouble: &mut Trouble) {
    for (name, e) in &round.unresolved {
        trouble.passing(&match e.kind() {
            io::ErrorKind::TimedOut => format!("\"{name}\" could not be resolved in time. It is tried again."),
            _ => {
                format!(
                    "The host name \"{name}\" is not known here ({e}). Check its spelling and DNS. It is tried again."
                )
            }
        });
    }
}
