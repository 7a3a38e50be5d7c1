// SPDX-License-Identifier: GPL-2.0-or-later
//! `join/aws`: the running EC2 instances that have the configured tags and security group.

mod ec2;
mod fault;
mod http;
mod imds;
mod sigv4;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use gs_cluster_config::{Aws, MAX_MEMBERS, MemberSpec};
use hyper::Method;

use super::outlet::{Closed, Outlet, Pace, Trouble, jitter};
use super::round::Rounds;
use fault::Fault;
use http::{Client, Origin};
use imds::Metadata;
use sigv4::Credentials;

/// Instances asked for at once: the most that AWS gives.
const PAGE: u16 = 1000;
/// First pause before a failed call is repeated; it doubles.
const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// The metadata service is one hop away: what does not answer in this time is not there.
const METADATA_LIMIT: Duration = Duration::from_secs(2);
/// How long a member may take to accept a connection.
const PROBE_LIMIT: Duration = Duration::from_secs(5);
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Runs until the receiver is gone.
pub(super) async fn run(config: Aws, patience: Duration, outlet: Outlet) {
    let Err(Closed) = search(config, patience, outlet).await;
}

async fn search(config: Aws, patience: Duration, mut outlet: Outlet) -> Result<Infallible, Closed> {
    // AWS counts calls: a few in a row while a cluster forms, then one a minute.
    let seconds = Duration::from_secs;
    let mut pace = Pace::new(outlet.lonely.clone(), seconds(1), seconds(10), seconds(60));
    let mut rounds = Rounds::new(PROBE_LIMIT, patience);
    let mut finder = Finder::new(config);
    loop {
        let mut trouble = Trouble::default();
        match finder.find().await {
            Err(fault) => fault.say(finder.region.as_deref(), &mut trouble),
            Ok(found) if found.is_empty() => trouble.passing(&finder.nothing()),
            Ok(found) => {
                let host = |ip: &IpAddr| MemberSpec { host: ip.to_string(), ports: finder.config.ports.clone() };
                let hosts: Vec<MemberSpec> = found.iter().map(host).collect();
                let round = rounds.ask(&hosts, &outlet).await?;
                if rounds.in_vain(&round, &outlet) {
                    trouble.passing(&format!(
                        "AWS names {} instances, but no other member answers at them: {}. This node works alone and \
                         keeps trying. Check that GeoServer runs there, that hz-port is the cluster's port, and that \
                         the security group lets members reach each other on it by TCP.",
                        found.len(),
                        round.answers.reasons()
                    ));
                }
                round.crowded(&mut trouble);
            }
        }
        outlet.settle(trouble).await?;
        pace.wait().await?;
    }
}

/// Asks AWS.
struct Finder {
    config: Aws,
    /// The configured region, or the instance's once it is known.
    region: Option<String>,
    metadata: Origin,
    page: u16,
    clients: Option<Clients>,
}

struct Clients {
    aws: Client,
    metadata: Client,
    trusted: usize,
}

impl Finder {
    fn new(config: Aws) -> Self {
        let region = config.region.clone();
        Self { config, region, metadata: Origin::parse(imds::ADDRESS), page: PAGE, clients: None }
    }

    /// The addresses of all instances that match, in order.
    async fn find(&mut self) -> Result<BTreeSet<IpAddr>, Fault> {
        if self.clients.is_none() {
            self.clients = Some(self.clients().await?);
        }
        let mut pause = RETRY_PAUSE;
        let mut retries = self.config.connection_retries;
        loop {
            match self.attempt().await {
                Err(fault) if fault.is_passing() && retries > 0 => {
                    tracing::debug!("AWS is asked again after {pause:?}: {fault:?}");
                    tokio::time::sleep(jitter(pause)).await;
                    retries -= 1;
                    pause = (pause * 2).min(RETRY_PAUSE * 16);
                }
                done => return done,
            }
        }
    }

    async fn clients(&self) -> Result<Clients, Fault> {
        let (connect, read) = (self.config.connection_timeout, self.config.read_timeout);
        let build = move || {
            let (aws, trusted) = Client::new(connect, read)?;
            let metadata = aws.with_limits(METADATA_LIMIT.min(connect), METADATA_LIMIT.min(read));
            Ok::<_, rustls::Error>(Clients { aws, metadata, trusted })
        };
        // The host's certificate authorities are hundreds of files.
        let built = tokio::task::spawn_blocking(build).await;
        built.ok().and_then(Result::ok).ok_or(Fault::NoRoots)
    }

    async fn attempt(&mut self) -> Result<BTreeSet<IpAddr>, Fault> {
        let Some(clients) = &self.clients else { return Err(Fault::NoRoots) };
        let metadata = Metadata { client: &clients.metadata, origin: &self.metadata };
        let region = match &self.region {
            Some(region) => region.clone(),
            None => metadata.region().await?,
        };
        self.region = Some(region.clone());
        let credentials = match (&self.config.access_key, &self.config.secret_key) {
            (Some(access), Some(secret)) => {
                Credentials { access_key: access.clone(), secret_key: secret.clone(), token: None }
            }
            _ => metadata.credentials(self.config.iam_role.as_deref().filter(|role| *role != "DEFAULT")).await?,
        };
        let endpoint = endpoint(self.config.host_header.as_deref(), &region);
        if endpoint.needs_roots() && clients.trusted == 0 {
            return Err(Fault::NoRoots);
        }
        let filters = ec2::filters(&self.config);
        let (mut found, mut next) = (BTreeSet::new(), None);
        loop {
            let form = ec2::form(&filters, self.page, next.as_deref());
            let page = self.page_of(clients, &endpoint, &region, &credentials, form).await?;
            found.extend(page.addresses);
            next = page.next;
            // Beyond the bound of a list of members, which holds here too, further pages are of no use.
            if next.is_none() || found.len() > MAX_MEMBERS {
                return Ok(found);
            }
        }
    }

    async fn page_of(
        &self,
        clients: &Clients,
        endpoint: &Origin,
        region: &str,
        credentials: &Credentials,
        form: String,
    ) -> Result<ec2::Page, Fault> {
        let (scope, host, body) = ((region, "ec2"), endpoint.authority(), form.into_bytes());
        let mut headers = sigv4::sign(credentials, scope, &host, Some(FORM), &body, SystemTime::now());
        headers.push(("content-type", FORM.to_owned()));
        let answer = clients.aws.send(endpoint, Method::POST, "/", &headers, body).await;
        let answer = answer.map_err(|failure| Fault::Endpoint { host: endpoint.authority(), failure })?;
        let strange = |what| Fault::Strange { host: endpoint.authority(), status: answer.status, what };
        if answer.status == 200 {
            return ec2::page(&answer.body, self.config.use_public_ip).map_err(strange);
        }
        match ec2::error(&answer.body) {
            Some((code, message)) => Err(Fault::Refused { status: answer.status, code, message }),
            None => Err(strange("no error code".to_owned())),
        }
    }

    /// What to say when nothing matches: not even this instance, which is a member.
    fn nothing(&self) -> String {
        let filters = ec2::filters(&self.config);
        let filters: Vec<String> = filters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let public = if self.config.use_public_ip { " that has a public address" } else { "" };
        format!(
            "No instance{public} in the region {} matches {}. Check <region>, <tag-key>, <tag-value> and \
             <security-group-name>: letters count as large or small. It is tried again.",
            self.region.as_deref().unwrap_or("of this instance"),
            filters.join(", ")
        )
    }
}

/// The endpoint of EC2 in a region. `host-header` is meant as in Hazelcast, where the default `ec2.amazonaws.com` gets
/// the region put in after `ec2.`; any other host is taken as it is.
fn endpoint(host_header: Option<&str>, region: &str) -> Origin {
    match host_header {
        None | Some("ec2") if region.starts_with("cn-") => Origin::parse(&format!("ec2.{region}.amazonaws.com.cn")),
        None | Some("ec2") => Origin::parse(&format!("ec2.{region}.amazonaws.com")),
        Some(text) => match text.strip_prefix("ec2.") {
            Some(domain @ ("amazonaws.com" | "amazonaws.com.cn")) => Origin::parse(&format!("ec2.{region}.{domain}")),
            _ => Origin::parse(text),
        },
    }
}
