// SPDX-License-Identifier: GPL-2.0-or-later
//! Shared objects between members in one process, over real sockets on loopback.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use gs_cluster_config::{Config, MemberSpec, Secret};
use gs_cluster_core::active::{Outcome, Policy, Standing};
use gs_cluster_net::cluster::{Cluster, Content, Event, Here, HostOptions, Telling, ToApply};

const BOUND: Duration = Duration::from_secs(60);

fn config(name: &str, other: Option<&Cluster>) -> Config {
    let mut config = Config { cluster_name: name.into(), secret: Secret::new("s"), ..Config::default() };
    (config.secret_is_public, config.active) = (false, true);
    config.network.port = 0;
    config.network.interfaces = vec!["127.0.0.1".parse().unwrap()];
    config.multicast.enabled = false;
    if let Some(other) = other {
        config.tcp_ip.enabled = true;
        let port = other.addr().port();
        config.tcp_ip.members = vec![MemberSpec { host: Ipv4Addr::LOCALHOST.to_string(), ports: port..=port }];
    }
    config
}

fn start(name: &str, state_dir: Option<&Path>, other: Option<&Cluster>) -> Arc<Cluster> {
    let host = HostOptions { state_dir: state_dir.map(Into::into), version: "test".into() };
    Cluster::start(&config(name, other), &host).unwrap()
}

fn eventually<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + BOUND;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < until, "not within {BOUND:?}: {what}");
        std::thread::yield_now();
    }
}

fn join(cluster: &Cluster, policy: Policy, pristine: bool) -> Standing {
    let shared = cluster.shared().unwrap();
    let known = |standing: &Standing| *standing != Standing::Waiting;
    eventually("it stands somehow", || Some(shared.join(policy, pristine).unwrap()).filter(known))
}

fn object(text: &str) -> Content {
    Content { bytes: text.into(), ..Content::default() }
}

fn tell(cluster: &Cluster, telling: Telling, key: &str, content: &Content) -> Outcome {
    cluster.shared().unwrap().tell(telling, key, Here::Object(content)).unwrap()
}

fn compared(cluster: &Cluster) {
    cluster.shared().unwrap().compared(&[String::new()]).unwrap();
}

fn pending(cluster: &Cluster) -> Vec<ToApply> {
    eventually("something is pending", || {
        Some(cluster.shared().unwrap().pending(usize::MAX)).filter(|all| !all.is_empty())
    })
}

/// Applies all that is pending to a map, as a host would.
fn apply(cluster: &Cluster, local: &mut BTreeMap<String, Content>) {
    for version in cluster.shared().unwrap().pending(usize::MAX) {
        let here = match &version.content {
            Some(content) => {
                local.insert(version.key.to_string(), content.clone());
                Here::Object(content)
            }
            None => {
                local.remove(&*version.key);
                Here::Nothing
            }
        };
        cluster.shared().unwrap().applied(&version.key, version.token, here).unwrap();
    }
}

#[test]
fn after_a_restart_only_what_differs_is_published_or_applied() {
    let (dir, name) = (tempfile::tempdir().unwrap(), "restart");
    let a = start(name, None, None);
    assert_eq!(join(&a, Policy::Refuse, false), Standing::Member);
    for i in 0..20 {
        assert_eq!(tell(&a, Telling::Compare, &format!("k/{i}"), &object("first")), Outcome::Published);
    }
    compared(&a);
    let b = start(name, Some(dir.path()), Some(&a));
    assert_eq!(join(&b, Policy::Refuse, true), Standing::Adopting);
    compared(&b);
    let mut local = BTreeMap::new();
    eventually("all is applied", || {
        apply(&b, &mut local);
        (local.len() == 20).then_some(())
    });
    b.stop(BOUND);
    drop(b);
    // Changed there, changed here, removed there, and no longer here though nobody removed it.
    assert_eq!(tell(&a, Telling::Put, "k/0", &object("there")), Outcome::Published);
    local.insert("k/1".into(), Content { modified: 1, ..object("here") });
    let removed = a.shared().unwrap().tell(Telling::Put, "k/2", Here::Nothing).unwrap();
    assert_eq!(removed, Outcome::Published);
    let missing = local.remove("k/3").unwrap();

    let b = start(name, Some(dir.path()), Some(&a));
    assert_eq!(join(&b, Policy::Refuse, false), Standing::Member);
    for (key, content) in &local {
        let expected = match key.as_str() {
            "k/0" | "k/2" => Outcome::Pending,
            "k/1" => Outcome::Published,
            _ => Outcome::Same,
        };
        assert_eq!(tell(&b, Telling::Compare, key, content), expected, "{key}");
    }
    compared(&b);
    let keys: Vec<_> = pending(&b).iter().map(|version| version.key.to_string()).collect();
    assert_eq!(keys, ["k/0", "k/2", "k/3"]);
    apply(&b, &mut local);
    assert_eq!(local["k/3"].bytes, missing.bytes);
    let here = eventually("the change is there", || a.shared().unwrap().pending(9).pop());
    assert_eq!((&*here.key, here.content.unwrap().bytes), ("k/1", b"here".to_vec()));
    assert!(b.shared().unwrap().conflicts().is_empty());
}

#[test]
fn what_is_in_another_directory_than_the_one_that_was_joined_with_is_not_published() {
    let (dir, name) = (tempfile::tempdir().unwrap(), "directory");
    let a = start(name, None, None);
    assert_eq!(join(&a, Policy::Refuse, false), Standing::Member);
    tell(&a, Telling::Compare, "global", &object("of the cluster"));
    compared(&a);
    let b = start(name, Some(dir.path()), Some(&a));
    b.shared().unwrap().set_directory(dir.path(), "d-1");
    assert_eq!(join(&b, Policy::Refuse, true), Standing::Adopting);
    compared(&b);
    apply(&b, &mut BTreeMap::new());
    b.stop(BOUND);
    drop(b);
    for (directory, pristine, standing) in
        [("e-1", false, Standing::Refused), ("d-2", false, Standing::Member), ("e-1", true, Standing::Adopting)]
    {
        let b = start(name, Some(dir.path()), Some(&a));
        b.shared().unwrap().set_directory(dir.path(), directory);
        assert_eq!(join(&b, Policy::Refuse, pristine), standing, "{directory}");
        if standing == Standing::Adopting {
            assert_eq!(tell(&b, Telling::Compare, "global", &object("a default")), Outcome::Pending);
            compared(&b);
            let mut local = BTreeMap::new();
            apply(&b, &mut local);
            assert_eq!(local["global"].bytes, b"of the cluster");
        }
        b.stop(BOUND);
    }
    assert!(a.shared().unwrap().conflicts().is_empty() && a.shared().unwrap().pending(9).is_empty());
}

/// It was taken for written already: the disk stayed without, and a file that nobody had removed was gone for good.
#[test]
fn what_is_missing_is_not_in_the_directory_even_if_its_node_wrote_it() {
    let (dir, name) = (tempfile::tempdir().unwrap(), "own");
    let a = start(name, None, None);
    a.shared().unwrap().set_directory(dir.path(), "d-1");
    assert_eq!(join(&a, Policy::Refuse, false), Standing::Member);
    assert_eq!(tell(&a, Telling::Compare, "k", &object("first")), Outcome::Published);
    compared(&a);
    let b = start(name, None, Some(&a));
    b.shared().unwrap().set_directory(dir.path(), "d-1");
    assert_eq!(join(&b, Policy::Refuse, true), Standing::Adopting);
    compared(&b);
    let news = eventually("the news", || b.shared().unwrap().pending(9).pop());
    assert!(news.same_directory, "the other node wrote it there");
    for _ in 0..2 {
        compared(&a);
        let missing = a.shared().unwrap().pending(9).pop().unwrap();
        assert_eq!((&*missing.key, missing.same_directory), ("k", false));
    }
}

#[test]
fn of_two_catalogs_that_meet_the_earlier_one_stays() {
    let name = "two-catalogs";
    let a = start(name, None, None);
    assert_eq!(join(&a, Policy::Refuse, false), Standing::Member);
    tell(&a, Telling::Compare, "k/1", &object("a"));
    compared(&a);
    let b = start(name, None, None);
    assert_eq!(join(&b, Policy::Refuse, false), Standing::Member);
    tell(&b, Telling::Compare, "k/1", &object("b"));
    tell(&b, Telling::Compare, "k/2", &object("b"));
    compared(&b);
    // Somebody who knows both brings them together.
    let mut both = config(name, Some(&a));
    both.tcp_ip.members.extend(config(name, Some(&b)).tcp_ip.members);
    let c = Cluster::start(&both, &HostOptions { state_dir: None, version: String::new() }).unwrap();
    let shared = b.shared().unwrap();
    eventually("b notices", || (shared.join(Policy::Refuse, false).unwrap() == Standing::Refused).then_some(()));
    assert_eq!(tell(&b, Telling::Put, "k/1", &object("again")), Outcome::Pending);
    assert!(shared.pending(9).is_empty() && shared.keys("").is_empty());
    assert_eq!(join(&b, Policy::Merge, false), Standing::Member);
    tell(&b, Telling::Compare, "k/1", &object("b"));
    assert_eq!(tell(&b, Telling::Compare, "k/2", &object("b")), Outcome::Published);
    compared(&b);
    let mut local = BTreeMap::new();
    apply(&b, &mut local);
    assert_eq!(local["k/1"].bytes, b"a");
    assert_eq!(join(&c, Policy::Refuse, true), Standing::Adopting);
    let copies = eventually("the copy of what lost", || Some(c.shared().unwrap().conflicts()).filter(|c| c.len() == 1));
    assert_eq!(copies[0].key, "k/1");
    assert_eq!(c.shared().unwrap().conflict(&copies[0].id).unwrap().bytes, b"b");
}

#[test]
fn a_file_that_was_edited_since_it_was_put_in_place_is_an_edit() {
    let (dir, name) = (tempfile::tempdir().unwrap(), "edited");
    let a = start(name, None, None);
    assert_eq!(join(&a, Policy::Refuse, false), Standing::Member);
    let (there, here) = (dir.path().join("there"), dir.path().join("here"));
    std::fs::write(&there, "first").unwrap();
    a.shared().unwrap().tell(Telling::Put, "file/x", Here::File(&there)).unwrap();
    compared(&a);
    let b = start(name, None, Some(&a));
    assert_eq!(join(&b, Policy::Refuse, true), Standing::Adopting);
    compared(&b);
    let version = pending(&b).remove(0);
    std::fs::write(&here, "edited").unwrap();
    let shared = b.shared().unwrap();
    shared.applied(&version.key, version.token, Here::File(&here)).unwrap();
    assert_eq!(shared.tell(Telling::Put, "file/x", Here::File(&here)).unwrap(), Outcome::Published);
    assert!(shared.conflicts().is_empty());
}

/// How many bytes this thread has read.
fn read_so_far() -> u64 {
    let io = std::fs::read_to_string("/proc/thread-self/io").unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[test]
fn a_file_that_nobody_changed_is_not_read_again_to_be_compared() {
    let (dir, name) = (tempfile::tempdir().unwrap(), "unread");
    let a = start(name, None, None);
    join(&a, Policy::Refuse, false);
    let shared = a.shared().unwrap();
    let compare = |path: &str| {
        shared.tell(Telling::Compare, &format!("file/{path}"), Here::File(&dir.path().join(path))).unwrap()
    };
    let write = |path: &str, content: &[u8], age: u64| {
        std::fs::write(dir.path().join(path), content).unwrap();
        let file = std::fs::File::options().write(true).open(dir.path().join(path)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    };
    let sizes = [("small", 900_000), ("large", 2_000_000)];
    for (path, size) in sizes {
        write(path, &vec![1; size], 3_600);
        assert_eq!(compare(path), Outcome::Published);
    }
    compared(&a);
    let before = read_so_far();
    for (path, _) in sizes {
        assert_eq!(compare(path), Outcome::Same);
    }
    compared(&a);
    let read = read_so_far() - before;
    assert!(read < 100_000, "{read}");
    assert!(shared.pending(9).is_empty(), "they are here");
    for (path, size) in sizes {
        let place = dir.path().join(path);
        let modified = std::fs::metadata(&place).unwrap().modified().unwrap();
        write(path, &vec![2; size], 0);
        std::fs::File::options().write(true).open(&place).unwrap().set_modified(modified).unwrap();
        assert_eq!(compare(path), Outcome::Published, "of the same size, and dated back");
    }
}

#[test]
fn no_file_is_served_that_is_not_shared_or_lies_elsewhere() {
    let (dir, name) = (tempfile::tempdir().unwrap(), "elsewhere");
    let (data, target) = (dir.path().join("data"), dir.path().join("target"));
    std::fs::create_dir(&data).unwrap();
    let large = vec![5; 2_000_000];
    for place in ["data/in", "out", "data/changed"] {
        std::fs::write(dir.path().join(place), &large).unwrap();
    }
    std::os::unix::fs::symlink(dir.path().join("out"), data.join("link")).unwrap();
    let a = start(name, None, None);
    a.shared().unwrap().set_directory(&data, "a");
    join(&a, Policy::Refuse, false);
    compared(&a);
    for (key, place) in
        [("file/in", "data/in"), ("file/out", "out"), ("file/link", "data/link"), ("file/changed", "data/changed")]
    {
        let told = a.shared().unwrap().tell(Telling::Put, key, Here::File(&dir.path().join(place))).unwrap();
        assert_eq!(told, Outcome::Published);
    }
    std::fs::write(data.join("changed"), vec![6; 2_000_000]).unwrap();
    let b = start(name, None, Some(&a));
    join(&b, Policy::Refuse, true);
    compared(&b);
    for version in pending(&b) {
        let fetched = b.shared().unwrap().fetch(&version.key, version.token, &target, BOUND).unwrap();
        assert_eq!(fetched, &*version.key == "file/in", "{}", version.key);
        assert_eq!(target.exists(), fetched);
        let _ = std::fs::remove_file(&target);
    }
}

/// `cargo test --release -p gs-cluster-net --test shared -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn rate_delay_and_cost_of_a_restart() {
    let (dir, name, number) = (tempfile::tempdir().unwrap(), "measured", 10_000);
    let (a_dir, b_dir) = (dir.path().join("a"), dir.path().join("b"));
    let a = start(name, Some(&a_dir), None);
    join(&a, Policy::Refuse, false);
    compared(&a);
    let b = start(name, Some(&b_dir), Some(&a));
    join(&b, Policy::Refuse, true);
    compared(&b);
    let contents: Vec<_> = (0..number).map(|i| object(&format!("{i:08}").repeat(1_024))).collect();
    let mut local = BTreeMap::new();
    let wait = |local: &mut BTreeMap<String, Content>, size: usize| {
        while local.len() < size {
            if b.next(BOUND).unwrap().iter().any(|event| matches!(event, Event::Shared)) {
                apply(&b, local);
            }
        }
    };
    let mut delays: Vec<_> = (0..1_000)
        .map(|i| {
            let begun = Instant::now();
            tell(&a, Telling::Put, &format!("one/{i}"), &contents[i]);
            wait(&mut local, i + 1);
            std::thread::sleep(Duration::from_millis(1));
            begun.elapsed() - Duration::from_millis(1)
        })
        .collect();
    delays.sort();
    println!("8 KB, from put to applied on the other: p50 {:?}, p99 {:?}", delays[500], delays[990]);
    let begun = Instant::now();
    let putting = std::thread::scope(|scope| {
        let putting = scope.spawn(|| {
            for (i, content) in contents.iter().enumerate() {
                tell(&a, Telling::Put, &format!("many/{i}"), content);
            }
            begun.elapsed()
        });
        wait(&mut local, 1_000 + contents.len());
        putting.join().unwrap()
    });
    let rate = |took: Duration| contents.len() as f64 / took.as_secs_f64();
    println!("{} of 8 KB: {:.0} a second put, {:.0} a second applied", number, rate(putting), rate(begun.elapsed()));
    b.stop(BOUND);
    drop(b);
    let sent = |cluster: &Cluster| -> u64 {
        let status: serde_json::Value = serde_json::from_str(&cluster.status()).unwrap();
        status["sentBytes"].as_u64().unwrap()
    };
    let before = sent(&a);
    let begun = Instant::now();
    let b = start(name, Some(&b_dir), Some(&a));
    let started = begun.elapsed();
    join(&b, Policy::Refuse, false);
    let joined = begun.elapsed();
    for (key, content) in &local {
        assert_eq!(tell(&b, Telling::Compare, key, content), Outcome::Same);
    }
    compared(&b);
    println!(
        "restart with {} unchanged objects: started in {started:?}, joined at {joined:?}, compared in {:?}; sent {} and {} bytes",
        local.len(),
        begun.elapsed() - joined,
        sent(&b),
        sent(&a) - before
    );
}
