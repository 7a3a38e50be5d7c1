// SPDX-License-Identifier: GPL-2.0-or-later
//! Members in one process, over real sockets on loopback.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::{
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, Instant},
};

use gs_cluster_config::{Config, MemberSpec, Secret};
use gs_cluster_core::{
    id::MemberId,
    wps::{
        Phase,
        record::{Draft, Record},
    },
};
use gs_cluster_net::cluster::{Cluster, Event, HostOptions, Saved};

const BOUND: Duration = Duration::from_secs(20);

/// A configuration of a cluster that only this test uses: members are told where the first one listens.
fn config(name: &str, first: Option<&Cluster>) -> Config {
    let mut config =
        Config { cluster_name: name.into(), secret: Secret::new("s"), secret_is_public: false, ..Config::default() };
    config.network.port = 0;
    config.network.interfaces = vec!["127.0.0.1".parse().unwrap()];
    config.multicast.enabled = false;
    if let Some(first) = first {
        config.tcp_ip.enabled = true;
        let port = first.addr().port();
        config.tcp_ip.members = vec![MemberSpec { host: Ipv4Addr::LOCALHOST.to_string(), ports: port..=port }];
    }
    config
}

fn start(config: &Config, state_dir: Option<&std::path::Path>) -> Arc<Cluster> {
    let host = HostOptions { state_dir: state_dir.map(Into::into), version: "test".into() };
    Cluster::start(config, &host).unwrap()
}

fn pair(name: &str) -> (Arc<Cluster>, Arc<Cluster>) {
    let a = start(&config(name, None), None);
    let b = start(&config(name, Some(&a)), None);
    eventually("both see each other", || members(&a) == 2 && members(&b) == 2);
    (a, b)
}

fn members(cluster: &Cluster) -> usize {
    cluster.status().matches("\"self\"").count()
}

fn eventually(what: &str, condition: impl Fn() -> bool) {
    let until = Instant::now() + BOUND;
    while !condition() {
        assert!(Instant::now() < until, "not within {BOUND:?}: {what}");
        std::thread::yield_now();
    }
}

fn save(cluster: &Cluster, id: &str, phase: Phase, all: bool) -> Saved {
    cluster.status_save(&Draft::new(id, phase).encode(), all, BOUND).unwrap()
}

fn phase(cluster: &Cluster, id: &str) -> Option<Phase> {
    cluster.status_get(id, Duration::ZERO).map(|record| Record::parse(&record).unwrap().phase())
}

#[test]
fn a_status_saved_for_all_is_there_when_the_call_returns() {
    let (a, b) = pair("saved-for-all");
    for i in 0..100 {
        let id = format!("p{i}");
        assert_eq!(save(&a, &id, Phase::Queued, true), Saved::Done);
        assert_eq!(phase(&b, &id), Some(Phase::Queued));
    }
    assert_eq!(save(&b, "p0", Phase::Succeeded, true), Saved::Refused(Phase::Queued));
    assert!(a.status_remove("p0").is_some());
    eventually("the removal reaches the other", || phase(&b, "p0").is_none());
    assert_eq!(save(&b, "p0", Phase::Queued, true), Saved::Ignored);
}

#[test]
fn a_late_joiner_gets_everything() {
    let a = start(&config("late-joiner", None), None);
    for i in 0..10_000 {
        save(&a, &format!("p{i}"), Phase::Queued, false);
    }
    let b = start(&config("late-joiner", Some(&a)), None);
    eventually("all statuses", || {
        b.status_query(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]).unwrap().0 == 10_000
    });
}

#[test]
fn a_full_stop_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let a = start(&config("full-stop", None), Some(dir.path()));
    save(&a, "done", Phase::Queued, true);
    a.stop(BOUND);
    assert!(a.next(Duration::ZERO).is_none_or(|_| a.next(Duration::ZERO).is_none()));
    let again = start(&config("full-stop", None), Some(dir.path()));
    assert_eq!(phase(&again, "done"), Some(Phase::Queued));
}

#[test]
fn a_request_is_answered_by_the_other_host() {
    let (a, b) = pair("request");
    let answering = std::thread::spawn({
        let b = b.clone();
        move || {
            let until = Instant::now() + BOUND;
            while Instant::now() < until {
                for event in b.next(Duration::from_millis(100)).unwrap() {
                    if let Event::Request { id, payload, .. } = event {
                        b.reply(&id, &[&payload[..], b"!"].concat());
                        return;
                    }
                }
            }
        }
    });
    let reply = a.request(b.id(), b"dismiss", BOUND);
    assert_eq!(reply.as_deref(), Some(&b"dismiss!"[..]));
    answering.join().unwrap();
    assert_eq!(a.request(MemberId(1), b"nobody", Duration::from_millis(50)), None);
}

#[test]
fn a_file_is_fetched_from_whoever_has_it() {
    let (a, b) = pair("file");
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(from.path().join("id/out")).unwrap();
    std::fs::write(from.path().join("id/out/x.bin"), vec![7; 3_000_000]).unwrap();
    a.set_files_root(from.path());
    save(&a, "id", Phase::Queued, true);
    let target = to.path().join("x.bin");
    assert_eq!(b.fetch("id", "out/x.bin", &target, Some(a.id()), BOUND), Some(3_000_000));
    assert_eq!(std::fs::read(&target).unwrap(), vec![7; 3_000_000]);
    assert_eq!(b.fetch("id", "../id/out/x.bin", &target, None, BOUND), None);
}

#[test]
fn a_member_that_leaves_orphans_its_processes_at_once() {
    let (a, b) = pair("leaves");
    save(&a, "p", Phase::Queued, true);
    a.stop(BOUND);
    eventually("the process has failed", || phase(&b, "p") == Some(Phase::Failed));
    let record = b.status_get("p", Duration::ZERO).unwrap();
    assert!(Record::parse(&record).unwrap().is_presumed());
}

#[test]
fn another_secret_or_name_keeps_apart() {
    let a = start(&config("apart", None), None);
    let mut wrong = config("apart", Some(&a));
    wrong.secret = Secret::new("other");
    let b = start(&wrong, None);
    eventually("the refusal is in the report", || b.status().contains("secret"));
    assert_eq!((members(&a), members(&b)), (1, 1));
}
