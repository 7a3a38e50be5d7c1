// SPDX-License-Identifier: GPL-2.0-or-later
//! Files from member to member.

use crate::children::Child;
use crate::harness::{Node, node};
use gs_cluster_net::files::{FetchError, MAX_TRANSFERS, Wanted, fetch, place};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SILENCE: Duration = Duration::from_secs(20);

/// Any version of a file.
fn any(relative: &str) -> Wanted<'_> {
    Wanted { root: "files", relative, version: None }
}

struct Pair {
    dir: TempDir,
    has: Node,
    wants: Node,
}

impl Pair {
    fn new() -> Self {
        let pair = Self { dir: tempfile::tempdir().unwrap(), has: node("s"), wants: node("s") };
        fs::create_dir_all(pair.root().join("id")).unwrap();
        fs::create_dir(pair.dir.path().join("in")).unwrap();
        pair.has.roots.set("files", pair.root());
        pair
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    fn target(&self) -> PathBuf {
        self.dir.path().join("in/result")
    }

    async fn fetch(&self, root: &str, relative: &str) -> Result<Option<u64>, FetchError> {
        let wanted = Wanted { root, relative, version: None };
        fetch(&self.wants.transport, self.has.addr, &wanted, &self.target(), SILENCE).await
    }

    fn left(&self) -> Vec<PathBuf> {
        fs::read_dir(self.dir.path().join("in")).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_arrives_with_its_content_and_time() {
    let pair = Pair::new();
    for size in [0, 1, 131_072, 131_073, 3_000_000] {
        let content: Vec<u8> = (0..size).map(|n: u32| (n % 253) as u8).collect();
        let source = pair.root().join("id/out put.xml");
        fs::write(&source, &content).unwrap();
        assert_eq!(pair.fetch("files", "id/out put.xml").await.unwrap(), Some(u64::from(size)));
        assert!(fs::read(pair.target()).unwrap() == content);
        let millis = |path: &Path| {
            let modified = fs::metadata(path).unwrap().modified().unwrap();
            modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
        };
        assert_eq!(millis(&pair.target()), millis(&source));
        assert_eq!(pair.left(), [pair.target()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_the_root_can_be_asked_for() {
    let pair = Pair::new();
    let (root, outside) = (pair.root(), pair.dir.path().join("outside"));
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "secret").unwrap();
    fs::write(root.join("id/good"), "good").unwrap();
    symlink(&outside, root.join("folder")).unwrap();
    symlink(outside.join("secret"), root.join("link")).unwrap();
    symlink("../../outside/secret", root.join("id/relative")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    symlink("id/good", root.join("inside")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(root.join("pipe")).status().unwrap().success());
    let absolute = outside.join("secret").display().to_string();
    let long = "a".repeat(4000);
    for bad in [
        "../outside/secret",
        "id/../../outside/secret",
        "id/../id/good",
        "./id/good",
        &absolute,
        "folder/secret",
        "link",
        "id/relative",
        "loop",
        "pipe",
        "id",
        "id/",
        "",
        "/",
        "..",
        ".",
        "id/good/more",
        "id/missing",
        "id/go\0od",
        &long,
        "\\..\\outside\\secret",
    ] {
        assert_eq!(pair.fetch("files", bad).await.unwrap(), None, "{bad:?}");
    }
    assert_eq!(pair.fetch("no such root", "id/good").await.unwrap(), None);
    assert_eq!(pair.fetch("", "id/good").await.unwrap(), None);
    assert!(pair.left().is_empty());
    // A link within the root is as good as a file, and so is a root that is a link.
    assert_eq!(pair.fetch("files", "inside").await.unwrap(), Some(4));
    symlink(&root, pair.dir.path().join("alias")).unwrap();
    pair.has.roots.set("files", pair.dir.path().join("alias"));
    assert_eq!(pair.fetch("files", "id/good").await.unwrap(), Some(4));
    pair.has.roots.set("files", pair.dir.path().join("not there yet"));
    assert_eq!(pair.fetch("files", "id/good").await.unwrap(), None);
    assert!(matches!(pair.fetch("files", &"a".repeat(5000)).await, Err(FetchError::Protocol(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_passes() {
    let pair = Pair::new();
    let size = 300 << 20;
    let file = fs::File::create(pair.root().join("id/large")).unwrap();
    file.set_len(size).unwrap();
    let started = Instant::now();
    assert_eq!(pair.fetch("files", "id/large").await.unwrap(), Some(size));
    println!("300 MiB in {:?}", started.elapsed());
    assert_eq!(fs::metadata(pair.target()).unwrap().len(), size);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_keeps_changing_is_an_error_and_the_target_stays() {
    let pair = Pair::new();
    let path = pair.root().join("id/busy");
    let file = fs::File::create(&path).unwrap();
    file.set_len(64 << 20).unwrap();
    fs::write(pair.target(), "as it was").unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let writer = std::thread::spawn(move || {
        use std::os::unix::fs::FileExt;
        while !stopped.load(Ordering::Relaxed) {
            file.write_all_at(b"x", 7).unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    let result = pair.fetch("files", "id/busy").await;
    stop.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    assert!(matches!(result, Err(FetchError::Changing)), "{result:?}");
    assert_eq!(fs::read_to_string(pair.target()).unwrap(), "as it was");
    assert_eq!(pair.left(), [pair.target()]);
    assert_eq!(pair.fetch("files", "id/busy").await.unwrap(), Some(64 << 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_transfers_than_turns_all_get_theirs() {
    let pair = Pair::new();
    fs::write(pair.root().join("id/file"), vec![5; 4 << 20]).unwrap();
    let pair = Arc::new(pair);
    let all: Vec<_> = (0..MAX_TRANSFERS * 3)
        .map(|n| {
            let pair = pair.clone();
            tokio::spawn(async move {
                let target = pair.dir.path().join(format!("in/{n}"));
                fetch(&pair.wants.transport, pair.has.addr, &any("id/file"), &target, SILENCE).await
            })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap().unwrap(), Some(4 << 20));
    }
    assert_eq!(pair.left().len(), MAX_TRANSFERS * 3);
}

/// Starts a fetch from a child, and does something to the child once bytes have come.
async fn interrupted(with: impl FnOnce(&mut Child), silence: Duration) -> FetchError {
    let pair = Pair::new();
    let file = fs::File::create(pair.root().join("id/large")).unwrap();
    file.set_len(4 << 30).unwrap();
    let mut child = Child::serving("s", &pair.root());
    let addr = child.addr().await;
    let target = pair.target();
    let large = any("id/large");
    let fetching = fetch(&pair.wants.transport, addr, &large, &target, silence);
    let arriving = || pair.left().iter().any(|path| fs::metadata(path).is_ok_and(|file| file.len() > 0));
    let result = tokio::join!(fetching, async {
        while !arriving() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        with(&mut child);
    });
    assert!(pair.left().is_empty(), "{:?}", pair.left());
    result.0.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_killed_or_frozen_leaves_nothing_behind() {
    let killed = interrupted(Child::kill, SILENCE).await;
    assert!(matches!(killed, FetchError::Broken(_)), "{killed:?}");
    let frozen = interrupted(|child| child.freeze(), Duration::from_millis(300)).await;
    assert!(matches!(frozen, FetchError::Silent), "{frozen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_is_not_there_or_not_a_member_is_an_error() {
    let pair = Pair::new();
    let (stranger, gone) = (node("other"), node("s"));
    gone.transport.close(SILENCE).await;
    let from = async |addr| fetch(&pair.wants.transport, addr, &any("id/x"), &pair.target(), SILENCE).await;
    assert!(matches!(from(stranger.addr).await, Err(FetchError::Refused(_))));
    assert!(matches!(from(gone.addr).await, Err(FetchError::Unreachable(_))));
    fs::write(pair.root().join("id/x"), "x").unwrap();
    let nowhere = pair.dir.path().join("no such folder/x");
    let result = fetch(&pair.wants.transport, pair.has.addr, &any("id/x"), &nowhere, SILENCE).await;
    assert!(matches!(result, Err(FetchError::Target { .. })), "{result:?}");
    assert!(pair.left().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_fetched_as_it_is_named_or_not_at_all() {
    let pair = Pair::new();
    place(&pair.root().join("id/x"), b"content", 1_000).unwrap();
    let outside = pair.dir.path().to_owned();
    let root = pair.root();
    pair.has.roots.find(
        "found",
        std::sync::Arc::new(move |asked| match asked {
            "good" => Some((root.clone(), "id/x".into())),
            "out" => Some((root.clone(), outside.join("in/result"))),
            "up" => Some((root.clone(), "../in/result".into())),
            _ => None,
        }),
    );
    let get = async |relative: &str, content: &[u8]| {
        let hash = *blake3::Hasher::new_keyed(&[3; 32]).update(content).finalize().as_bytes();
        let version = Some((blake3::Hasher::new_keyed(&[3; 32]), hash.into()));
        let wanted = Wanted { root: "found", relative, version };
        fetch(&pair.wants.transport, pair.has.addr, &wanted, &pair.target(), SILENCE).await
    };
    assert!(matches!(get("good", b"other").await, Err(FetchError::Different)));
    assert!(!pair.target().exists() && pair.left().is_empty());
    assert_eq!(get("good", b"content").await.unwrap(), Some(7));
    assert_eq!(fs::read(pair.target()).unwrap(), b"content");
    for bad in ["out", "up", "unknown"] {
        assert_eq!(get(bad, b"content").await.unwrap(), None, "{bad}");
    }
}
