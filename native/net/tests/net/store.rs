// SPDX-License-Identifier: GPL-2.0-or-later
//! The durable store on a real file.

use crate::children::Child;
use gs_cluster_net::store::{Batch, FlushError, Loaded, MAX_PENDING, Store, StoreError};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

type Model = HashMap<Vec<u8>, Vec<u8>>;

fn open(dir: &Path) -> (Store, Loaded) {
    Store::open(dir, "a test", Box::new(|why| panic!("{why}"))).unwrap()
}

fn put(key: &[u8], value: &[u8]) -> Batch {
    Batch { put: vec![(key.to_vec(), value.into())], ..Batch::default() }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("state.redb")
}

#[test]
fn the_content_equals_a_map_after_random_batches_and_reopening() {
    for seed in 0..8 {
        let mut random = StdRng::seed_from_u64(seed);
        let dir = tempfile::tempdir().unwrap();
        let (mut entries, mut meta) = (Model::new(), Model::new());
        for _ in 0..5 {
            let (store, loaded) = open(dir.path());
            assert_eq!(loaded.entries.into_iter().collect::<Model>(), entries);
            assert_eq!(loaded.meta, meta);
            assert!(loaded.set_aside.is_none());
            for _ in 0..random.random_range(0..60) {
                let batch = random_batch(&mut random);
                apply(&batch, &mut entries, &mut meta);
                store.write(batch);
                if random.random_ratio(1, 10) {
                    store.flush(PATIENCE).unwrap();
                }
            }
            if random.random() {
                store.close(PATIENCE).unwrap();
            }
        }
    }
}

fn random_batch(random: &mut StdRng) -> Batch {
    let key = |random: &mut StdRng| random.random_range(0u8..50).to_be_bytes().to_vec();
    let mut batch = Batch::default();
    for _ in 0..random.random_range(0..20) {
        let value = vec![random.random(); random.random_range(0..2000)];
        match random.random_range(0..10) {
            0 => batch.meta.push((key(random), value)),
            1..3 => batch.delete.push(key(random)),
            _ => batch.put.push((key(random), value.into())),
        }
    }
    batch
}

fn apply(batch: &Batch, entries: &mut Model, meta: &mut Model) {
    entries.extend(batch.put.iter().map(|(key, value)| (key.clone(), value.to_vec())));
    entries.retain(|key, _| !batch.delete.contains(key));
    meta.extend(batch.meta.iter().cloned());
}

#[tokio::test]
async fn a_directory_belongs_to_one_node() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let again = Store::open(dir.path(), "another", Box::new(|_| {})).err().unwrap();
    assert!(matches!(&again, StoreError::Locked { owner, .. } if owner.contains("a test")), "{again}");
    assert!(again.to_string().contains("LOCKED") && again.to_string().contains(&dir.path().display().to_string()));
    store.close(PATIENCE).unwrap();

    let mut child = Child::storing(dir.path());
    child.says().await;
    let taken = Store::open(dir.path(), "another", Box::new(|_| {})).err().unwrap();
    assert!(matches!(&taken, StoreError::Locked { owner, .. } if owner.contains("a child, process")), "{taken}");
    child.kill_and_wait().await;
    open(dir.path());
}

/// What a child does: batch `n` writes `n` everywhere, `growth` times more often than the last; says how far it is sure
/// to be.
pub(crate) fn write_forever(dir: &Path, growth: usize, say: impl Fn(String)) {
    let (failing, failed) = mpsc::channel();
    let (store, loaded) =
        Store::open(dir, "a child", Box::new(move |why| failing.send(why.to_owned()).unwrap())).unwrap();
    let start = number(&loaded);
    say(format!("open at {start}"));
    let mut size = 500;
    for n in start + 1.. {
        size += growth;
        let value: Arc<[u8]> = n.to_be_bytes().repeat(size).into();
        store.write(Batch {
            put: (0..20u8).map(|key| (vec![key], value.clone())).collect(),
            delete: vec![],
            meta: vec![(b"n".to_vec(), n.to_be_bytes().to_vec())],
        });
        if n % 20 == 0 {
            match store.flush(PATIENCE) {
                Ok(()) => say(format!("sure of {n}")),
                Err(error) => {
                    say(format!("flush: {error}"));
                    break;
                }
            }
        }
    }
    say(format!("off: {}", failed.recv_timeout(PATIENCE).unwrap()));
    // Goes on without the disk.
    store.write(put(b"in memory", b"only"));
    assert!(store.failure().is_some());
    say(format!("again: {}", failed.recv_timeout(Duration::ZERO).is_ok()));
}

/// The number of the batch whose state this is; fails if it is the state of none.
fn number(loaded: &Loaded) -> u64 {
    let Some(n) = loaded.meta.get(&b"n"[..]) else {
        assert!(loaded.entries.is_empty());
        return 0;
    };
    assert_eq!(loaded.entries.len(), 20);
    for (key, value) in &loaded.entries {
        let of_batch = value.len() >= 4000 && value.chunks(8).all(|chunk| chunk == n);
        assert!(of_batch, "key {key:?} is not of the batch that the meta table names");
    }
    u64::from_be_bytes(n.as_slice().try_into().unwrap())
}

#[tokio::test]
async fn a_killed_process_leaves_the_state_after_a_whole_batch() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..6u64 {
        let mut child = Child::storing(dir.path());
        let start: u64 = child.says().await.strip_prefix("open at ").unwrap().parse().unwrap();
        assert!(start >= last);
        for _ in 0..=round {
            last = child.says().await.strip_prefix("sure of ").unwrap().parse().unwrap();
        }
        child.kill_and_wait().await;
        let (_store, loaded) = open(dir.path());
        assert!(loaded.set_aside.is_none());
        assert!(number(&loaded) >= last, "{} after {last} was promised", number(&loaded));
    }
}

#[tokio::test]
async fn a_full_disk_turns_the_store_off_once_and_keeps_what_was_there() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    store.write(put(b"k", b"v"));
    store.close(PATIENCE).unwrap();
    let small = fs::metadata(file(dir.path())).unwrap().len();
    println!("smallest file: {small} bytes");
    fs::remove_file(file(dir.path())).unwrap();
    let mut child = Child::storing_with_little_room(dir.path(), u32::try_from(small / 1024).unwrap());
    let mut sure = 0;
    let off = loop {
        let said = child.says().await;
        if let Some(n) = said.strip_prefix("sure of ") {
            sure = n.parse().unwrap();
        } else if let Some(why) = said.strip_prefix("off: ") {
            break why.to_owned();
        }
    };
    assert!(off.contains("cannot be written"), "{off}");
    assert_eq!(child.says().await, "again: false");
    child.kill_and_wait().await;
    let (_store, loaded) = open(dir.path());
    println!("the disk was full after batch {sure}");
    assert!(sure > 0 && number(&loaded) >= sure);
}

#[test]
fn a_disk_that_stands_still_turns_the_store_off_instead_of_taking_all_memory() {
    let dir = tempfile::tempdir().unwrap();
    let (failing, failed) = mpsc::channel();
    let (store, _) =
        Store::open(dir.path(), "a test", Box::new(move |why| failing.send(why.to_owned()).unwrap())).unwrap();
    store.write(put(b"before", b"1"));
    store.flush(PATIENCE).unwrap();
    let value: Arc<[u8]> = vec![0; 1 << 20].into();
    let keys = u32::try_from(MAX_PENDING >> 20).unwrap() + 1;
    store.write(Batch {
        put: (0..keys).map(|n| (n.to_be_bytes().to_vec(), value.clone())).collect(),
        ..Batch::default()
    });
    let why = failed.recv_timeout(PATIENCE).unwrap();
    assert!(why.contains("does not keep up"), "{why}");
    assert_eq!(Arc::strong_count(&value), 1, "what waited is let go");
    assert_eq!(store.flush(PATIENCE), Err(FlushError::Off(why)));
    drop(store);
    assert_eq!(open(dir.path()).1.entries, [(b"before".to_vec(), b"1".to_vec())]);
}

#[test]
fn a_damaged_file_is_kept_aside_and_never_believed() {
    let mut random = StdRng::seed_from_u64(3);
    let good = tempfile::tempdir().unwrap();
    let (store, _) = open(good.path());
    for n in 0..200u8 {
        store.write(put(&[n], &vec![n; 1000]));
    }
    store.close(PATIENCE).unwrap();
    let content = fs::read(file(good.path())).unwrap();
    let (mut kept, mut fresh) = (0, 0);
    for round in 0..60 {
        let dir = tempfile::tempdir().unwrap();
        let mut damaged = content.clone();
        match round {
            0 => damaged = b"not a database".to_vec(),
            1 => damaged.truncate(content.len() / 2),
            2 => damaged.truncate(100),
            3 => damaged.fill(0),
            4 => damaged = (0..content.len()).map(|_| random.random()).collect(),
            _ => {
                let at = if round % 2 == 0 {
                    random.random_range(0..8192)
                } else {
                    random.random_range(0..content.len() - 64)
                };
                damaged[at..at + 64].iter_mut().for_each(|byte| *byte = random.random());
            }
        }
        fs::write(file(dir.path()), &damaged).unwrap();
        let (store, loaded) = open(dir.path());
        match &loaded.set_aside {
            Some(aside) => {
                assert!(fs::read(&aside.path).unwrap() == damaged || round >= 5, "kept as it was");
                assert!(aside.to_string().contains(&aside.path.display().to_string()));
                assert!(loaded.entries.is_empty());
                fresh += 1;
            }
            None => {
                // The damage was where nothing is stored.
                assert!(loaded.entries.iter().all(|(key, value)| *value == vec![key[0]; 1000]));
                assert_eq!(loaded.entries.len(), 200, "round {round}");
                kept += 1;
            }
        }
        store.write(put(b"new", b"1"));
        store.close(PATIENCE).unwrap();
    }
    println!("{fresh} set aside, {kept} undamaged where it counts");
    assert!(fresh >= 5);
}

#[test]
fn a_file_of_a_later_release_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).0.close(PATIENCE).unwrap();
    {
        let database = redb::Database::open(file(dir.path())).unwrap();
        let writing = database.begin_write().unwrap();
        let about = redb::TableDefinition::<&str, u64>::new("about");
        writing.open_table(about).unwrap().insert("schema", 99).unwrap();
        writing.commit().unwrap();
    }
    let before = fs::read(file(dir.path())).unwrap();
    let error = Store::open(dir.path(), "a test", Box::new(|_| {})).err().unwrap();
    assert!(matches!(error, StoreError::Newer { schema: 99, .. }), "{error}");
    drop(before);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let error = Store::open(&dir.path().join("file/state"), "a test", Box::new(|_| {})).err().unwrap();
    assert!(matches!(error, StoreError::Io { .. }), "{error}");
}

#[test]
fn ten_thousand_entries_are_written_and_read_soon() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = open(dir.path());
    let started = std::time::Instant::now();
    for n in 0..10_000u32 {
        store.write(put(&n.to_be_bytes(), &[7; 1024]));
    }
    let taken = started.elapsed();
    store.flush(PATIENCE).unwrap();
    let flushed = started.elapsed();
    store.close(PATIENCE).unwrap();
    let started = std::time::Instant::now();
    assert_eq!(open(dir.path()).1.entries.len(), 10_000);
    println!(
        "10,000 writes taken in {taken:?}, on the disk after {flushed:?}, opened and loaded in {:?}",
        started.elapsed()
    );
}
