// SPDX-License-Identifier: GPL-2.0-or-later
//! Child processes: this test program again, told by its environment what to be.

use crate::harness::{PATIENCE, node, send_soon};
use gs_cluster_net::transport::Channel;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};

const ROLE: &str = "GS_NET_TEST_CHILD";
const SAYS: &str = "child says ";

/// A running child; killed when dropped.
pub(crate) struct Child {
    process: tokio::process::Child,
    says: Lines<BufReader<tokio::process::ChildStdout>>,
}

impl Child {
    pub(crate) fn node(secret: &str) -> Self {
        Self::start(&format!("node {secret}"), None)
    }

    pub(crate) fn node_dialling(secret: &str, peer: SocketAddr) -> Self {
        Self::start(&format!("dial {secret} {peer}"), None)
    }

    pub(crate) fn serving(secret: &str, folder: &Path) -> Self {
        Self::start(&format!("serve {secret} {}", folder.display()), None)
    }

    pub(crate) fn storing(dir: &Path) -> Self {
        Self::start(&format!("store {}", dir.display()), None)
    }

    /// No file that it writes may grow beyond this; the write fails as on a full disk.
    pub(crate) fn storing_with_little_room(dir: &Path, kib: u32) -> Self {
        Self::start(&format!("fill {}", dir.display()), Some(kib))
    }

    fn start(role: &str, kib: Option<u32>) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut command = match kib {
            None => tokio::process::Command::new(program),
            Some(kib) => {
                let mut shell = tokio::process::Command::new("bash");
                // Ignored, so that the write fails instead of ending the process; bash counts in KiB.
                shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"")]).arg(program);
                shell
            }
        };
        command.args(["--exact", "children::child", "--nocapture"]).env(ROLE, role);
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let says = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, says }
    }

    /// The next thing the child says.
    pub(crate) async fn says(&mut self) -> String {
        let said = async {
            loop {
                let line = self.says.next_line().await.unwrap().expect("the child ended");
                // The test framework may have begun the line.
                if let Some((_, said)) = line.split_once(SAYS) {
                    return said.to_owned();
                }
            }
        };
        tokio::time::timeout(PATIENCE, said).await.expect("the child says something")
    }

    pub(crate) async fn addr(&mut self) -> SocketAddr {
        self.says().await.parse().unwrap()
    }

    pub(crate) fn kill(&mut self) {
        self.process.start_kill().unwrap();
    }

    pub(crate) async fn kill_and_wait(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Freezes it, as a paused virtual machine is.
    pub(crate) fn freeze(&self) {
        let id = self.process.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-STOP", &id]).status().unwrap().success());
    }
}

fn say(what: impl std::fmt::Display) {
    println!("{SAYS}{what}");
}

/// Not a test of its own: what a child does.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let words: Vec<&str> = role.splitn(3, ' ').collect();
    match words[..] {
        ["store", dir] => crate::store::write_forever(Path::new(dir), 0, say),
        ["fill", dir] => crate::store::write_forever(Path::new(dir), 20, say),
        [role, secret, ..] => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(be(role, secret, words.get(2).copied()));
        }
        _ => panic!("{role}"),
    }
}

async fn be(role: &str, secret: &str, word: Option<&str>) {
    let node = node(secret);
    match (role, word) {
        ("dial", Some(peer)) => send_soon(&node, peer.parse().unwrap(), Channel::Control, b"from the child").await,
        ("serve", Some(folder)) => node.roots.set("files", folder.into()),
        _ => {}
    }
    say(node.addr);
    std::future::pending::<()>().await;
}
