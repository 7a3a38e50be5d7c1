// SPDX-License-Identifier: GPL-2.0-or-later
//! Multicast between hosts: network namespaces behind a bridge, with the default group and port, which a test cannot
//! use on the machine's own network. Needs root; each member is this test program again, inside its namespace.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gs_cluster_config::Config;

use super::super::Discovered;
use super::{DEADLINE, Node};

/// A network of this test's own: namespaces on one bridge, gone when dropped.
struct Network {
    names: Vec<String>,
}

fn ip(arguments: &str) -> Result<(), String> {
    let done = Command::new("ip").args(arguments.split_whitespace()).output().map_err(|e| format!("ip: {e}"))?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()) }
}

impl Network {
    /// `hosts` namespaces, host n with the addresses 10.77.0.n and fd77::n; `None` (which is said) without the right
    /// to make them.
    fn new(hosts: usize) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("gs{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut network = Self { names: Vec::new() };
        let bridge = format!("{prefix}-switch");
        if let Err(e) = ip(&format!("netns add {bridge}")) {
            println!("skipped: no network namespace can be made ({e})");
            return None;
        }
        network.names.push(bridge.clone());
        ip(&format!("-n {bridge} link add name switch type bridge mcast_snooping 0")).unwrap();
        ip(&format!("-n {bridge} link set switch up")).unwrap();
        for n in 1..=hosts {
            let host = format!("{prefix}-{n}");
            ip(&format!("netns add {host}")).unwrap();
            network.names.push(host.clone());
            ip(&format!("-n {host} link set lo up")).unwrap();
            ip(&format!("-n {host} link add eth0 type veth peer name p{n} netns {bridge}")).unwrap();
            ip(&format!("-n {host} address add 10.77.0.{n}/24 dev eth0")).unwrap();
            ip(&format!("-n {host} address add fd77::{n}/64 dev eth0 nodad")).unwrap();
            ip(&format!("-n {host} link set eth0 up")).unwrap();
            ip(&format!("-n {bridge} link set p{n} master switch up")).unwrap();
        }
        Some(network)
    }

    fn member(&self, host: usize, address: &str, group: &str) -> Member {
        let mut child = Command::new("ip")
            .args(["netns", "exec", &self.names[host]])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "--nocapture", "discovery::tests::namespaces::a_member_in_a_namespace"])
            .env("GS_TEST_ADDRESS", address)
            .env("GS_TEST_GROUP", group)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (said, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
        Member { child, lines }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for name in &self.names {
            if let Err(e) = ip(&format!("netns delete {name}")) {
                println!("{name} is left behind: {e}");
            }
        }
    }
}

struct Member {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Member {
    fn until(&self, wanted: &str) {
        let deadline = Instant::now() + DEADLINE;
        let mut said = Vec::new();
        loop {
            let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|_| panic!("not \"{wanted}\" but {said:#?}"));
            if line.contains(wanted) {
                return;
            }
            said.push(line);
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Not a test, but a member for the tests below: says what it finds until its input ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "is started by the other tests of this module"]
async fn a_member_in_a_namespace() {
    let Ok(address) = std::env::var("GS_TEST_ADDRESS") else { return };
    let mut config = Config::default();
    config.multicast.group = std::env::var("GS_TEST_GROUP").unwrap().parse().unwrap();
    let mut node = Node::start_at(address.parse::<SocketAddr>().unwrap(), &config);
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let report = async {
        loop {
            match tokio::time::timeout(Duration::from_secs(3600), node.found.recv()).await {
                Ok(Some(Discovered::Seed { addr, .. })) => println!("seed {addr}"),
                Ok(Some(other)) => println!("{other:?}"),
                _ => return,
            }
            std::io::stdout().flush().unwrap();
        }
    };
    tokio::select! {
        () = report => {}
        _ = ended => {}
    }
}

#[test]
fn hosts_find_each_other_with_the_default_group() {
    let Some(network) = Network::new(3) else { return };
    let members: Vec<_> = (1..=3).map(|n| network.member(n, &format!("10.77.0.{n}:5701"), "224.2.2.3")).collect();
    for (n, member) in (1..=3).zip(&members) {
        for other in (1..=3).filter(|other| *other != n) {
            member.until(&format!("seed 10.77.0.{other}:5701"));
        }
    }
}

#[test]
fn hosts_find_each_other_over_ipv6() {
    let Some(network) = Network::new(2) else { return };
    let one = network.member(1, "[fd77::1]:5701", "ff05::77");
    let two = network.member(2, "[fd77::2]:5701", "ff05::77");
    one.until("seed [fd77::2]:5701");
    two.until("seed [fd77::1]:5701");
}

#[test]
fn members_on_a_host_with_loopback_alone_find_each_other() {
    let Some(network) = Network::new(1) else { return };
    ip(&format!("-n {} link delete eth0", network.names[1])).unwrap();
    let one = network.member(1, "127.0.0.1:5701", "224.2.2.3");
    let two = network.member(1, "127.0.0.1:5702", "224.2.2.3");
    one.until("seed 127.0.0.1:5702");
    two.until("seed 127.0.0.1:5701");
}

#[test]
fn an_interface_that_comes_later_is_used() {
    let Some(network) = Network::new(2) else { return };
    ip(&format!("-n {} link set eth0 down", network.names[1])).unwrap();
    ip(&format!("-n {} link set lo down", network.names[1])).unwrap();
    let one = network.member(1, "0.0.0.0:5701", "224.2.2.3");
    one.until("No network interface of this host can do multicast");
    let two = network.member(2, "10.77.0.2:5701", "224.2.2.3");
    ip(&format!("-n {} link set eth0 up", network.names[1])).unwrap();
    one.until("seed 10.77.0.2:5701");
    // This member advertises no address of its own: it is dialled where its beacon comes from.
    two.until("seed 10.77.0.1:5701");
}
