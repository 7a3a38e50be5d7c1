// SPDX-License-Identifier: GPL-2.0-or-later
//! `join/kubernetes` with `service-dns`: a headless service, whose name has an address record for each pod. Any other
//! DNS name that lists the members works the same way.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use gs_cluster_config::{Kubernetes, MemberSpec};

use super::outlet::{Closed, Outlet, Pace, Trouble};
use super::round::Rounds;

/// Runs until the receiver is gone.
pub(super) async fn run(service: Kubernetes, patience: Duration, outlet: Outlet) {
    let Err(Closed) = search(service, patience, outlet).await;
}

async fn search(service: Kubernetes, patience: Duration, mut outlet: Outlet) -> Result<Infallible, Closed> {
    let mut pace = Pace::for_addresses(outlet.lonely.clone());
    let mut rounds = Rounds::new(service.service_dns_timeout, patience);
    let name = &service.service_dns;
    let pods = [MemberSpec { host: name.clone(), ports: service.ports.clone() }];
    loop {
        let round = rounds.ask(&pods, &outlet).await?;
        let mut trouble = Trouble::default();
        if let Some((_, e)) = round.unresolved.first() {
            trouble.passing(&unresolved(name, e));
        }
        if rounds.in_vain(&round, &outlet) {
            trouble.passing(&format!(
                "\"{name}\" has addresses, but no other member answers at them: {}. This node works alone and keeps \
                 trying. Check that the service selects the GeoServer pods and is headless (clusterIP: None), that \
                 service-port is the cluster's port, and that network policies let TCP through between the pods.",
                round.answers.reasons()
            ));
        }
        round.crowded(&mut trouble);
        outlet.settle(trouble).await?;
        pace.wait().await?;
    }
}

fn unresolved(name: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => {
            format!("The service name \"{name}\" could not be resolved in time. It is tried again.")
        }
        _ => format!(
            "The service name \"{name}\" is not known here ({error}). It should read \
             service.namespace.svc.cluster.local, of a headless service (clusterIP: None). A service has the addresses \
             of ready pods only, unless publishNotReadyAddresses is true: set it, or pods that start do not find each \
             other. It is tried again."
        ),
    }
}
