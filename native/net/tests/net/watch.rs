// SPDX-License-Identifier: GPL-2.0-or-later
//! Changed files are told of, each way in which a file can change.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::Path,
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use gs_cluster_net::watch::Watches;

const BOUND: Duration = Duration::from_secs(20);

fn watch(root: &Path, excluded: &[&str]) -> (Watches, Receiver<Vec<String>>) {
    let (sender, told) = channel();
    let excluded: Vec<_> = excluded.iter().map(ToString::to_string).collect();
    let watches = Watches::start(Box::new(move |_, paths| sender.send(paths).unwrap())).unwrap();
    watches.watch(root, &excluded).unwrap();
    (watches, told)
}

/// Waits until all of these were told of; what else was.
fn await_all(told: &Receiver<Vec<String>>, awaited: &[&str]) -> BTreeSet<String> {
    let until = Instant::now() + BOUND;
    let mut all = BTreeSet::new();
    while !awaited.iter().all(|path| all.contains(*path)) {
        let left = until.saturating_duration_since(Instant::now());
        all.extend(told.recv_timeout(left).unwrap_or_else(|_| panic!("{awaited:?} awaited, told of {all:?}")));
    }
    all.retain(|path| !awaited.contains(&path.as_str()));
    all
}

/// Who writes a file answers a request, and wakes the thread that watches.
#[test]
fn the_thread_does_not_take_the_processor_of_who_writes() {
    let dir = tempfile::tempdir().unwrap();
    let (sender, told) = channel();
    let stat = || fs::read_to_string("/proc/thread-self/stat").unwrap();
    let watches = Watches::start(Box::new(move |_, _| sender.send(stat()).unwrap())).unwrap();
    watches.watch(dir.path(), &[]).unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let stat = told.recv_timeout(BOUND).unwrap();
    // proc_pid_stat(5), field 41, is the policy; 3 is SCHED_BATCH
    assert_eq!(stat.rsplit(") ").next().unwrap().split(' ').nth(41 - 3), Some("3"), "{stat}");
}

#[test]
fn files_that_are_written_moved_or_removed_are_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("data");
    fs::create_dir_all(root.join("styles/deep")).unwrap();
    fs::create_dir_all(root.join("styles/logs")).unwrap();
    fs::write(root.join("styles/old.sld"), "old").unwrap();
    fs::write(dir.path().join("outside"), "x").unwrap();
    let (_watch, told) = watch(&root, &["logs"]);
    fs::write(root.join("styles/logs/x.log"), "x").unwrap();
    fs::write(root.join("styles/deep/new.sld"), "new").unwrap();
    fs::write(root.join("styles/old.sld"), "changed").unwrap();
    let others = await_all(&told, &["styles/deep/new.sld", "styles/old.sld"]);
    assert!(others.is_empty(), "{others:?}");
    // As programs save: a new file takes the old one's name.
    fs::write(root.join("styles/temporary"), "saved").unwrap();
    fs::rename(root.join("styles/temporary"), root.join("styles/old.sld")).unwrap();
    fs::rename(dir.path().join("outside"), root.join("inside")).unwrap();
    await_all(&told, &["styles/temporary", "styles/old.sld", "inside"]);
    fs::remove_file(root.join("inside")).unwrap();
    fs::rename(root.join("styles/deep"), dir.path().join("gone")).unwrap();
    await_all(&told, &["inside", "styles/deep"]);
    std::os::unix::fs::symlink(root.join("styles"), root.join("link")).unwrap();
    await_all(&told, &["link"]);
}

#[test]
fn a_file_that_stays_open_is_told_of_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = fs::File::create(dir.path().join("open")).unwrap();
    let (_watch, told) = watch(dir.path(), &[]);
    file.write_all(b"x").unwrap();
    await_all(&told, &["open"]);
}

#[test]
fn folders_that_appear_are_entered_with_all_that_is_in_them() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::create_dir_all(dir.path().join("made/a/b")).unwrap();
    fs::write(dir.path().join("made/a/b/one"), "1").unwrap();
    let (_watch, told) = watch(&root, &[]);
    fs::rename(dir.path().join("made"), root.join("moved")).unwrap();
    await_all(&told, &["moved/a/b/one"]);
    fs::write(root.join("moved/a/b/two"), "2").unwrap();
    await_all(&told, &["moved/a/b/two"]);
    let many: Vec<_> = (0..200).map(|i| format!("tree/{i}/leaf")).collect();
    for path in &many {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    await_all(&told, &many.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_root_that_comes_late_or_again_is_looked_at_as_a_whole() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("late");
    let (watch, told) = watch(&root, &[]);
    for _ in 0..2 {
        fs::create_dir(&root).unwrap();
        let everything = || told.recv_timeout(BOUND).unwrap().is_empty();
        while !everything() {}
        fs::write(root.join("file"), "x").unwrap();
        await_all(&told, &["file"]);
        fs::remove_dir_all(&root).unwrap();
        await_all(&told, &["file"]);
    }
    drop(watch);
    fs::create_dir(&root).unwrap();
    assert!(told.iter().all(|paths| !paths.is_empty()), "nobody watches any more");
}

/// A system gives all processes of a user 128 watchers.
#[test]
fn many_folders_are_followed_by_one_watcher_and_one_thread_which_names_the_watch() {
    let dir = tempfile::tempdir().unwrap();
    let (sender, told) = channel();
    let watches = Watches::start(Box::new(move |number, paths| sender.send((number, paths)).unwrap())).unwrap();
    let roots: Vec<_> = (0..100).map(|i| dir.path().join(i.to_string())).collect();
    for root in &roots {
        fs::create_dir(root).unwrap();
        watches.watch(root, &[]).unwrap();
    }
    let next = |root: &Path| {
        fs::write(root.join("file"), "x").unwrap();
        told.recv_timeout(BOUND).unwrap()
    };
    for i in [7, 3, 99] {
        assert_eq!(next(&roots[i]), (i as u64, vec!["file".to_owned()]));
    }
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
    let followers = names.filter(|name| name.trim() == "gs-watch").count();
    let files = fs::read_dir("/proc/self/fd").unwrap().flatten();
    let links = files.filter_map(|file| fs::read_link(file.path()).ok());
    let watchers = links.filter(|link| link.to_str() == Some("anon_inode:inotify")).count();
    // The other tests have one each.
    assert!(followers < 15 && watchers < 15, "{followers} threads, {watchers} watchers");
}

#[test]
fn a_folder_below_two_roots_is_told_of_to_both() {
    let dir = tempfile::tempdir().unwrap();
    let below = dir.path().join("below");
    fs::create_dir(&below).unwrap();
    let (sender, told) = channel();
    let watches = Watches::start(Box::new(move |number, paths| sender.send((number, paths)).unwrap())).unwrap();
    for root in [dir.path(), &below] {
        watches.watch(root, &[]).unwrap();
    }
    let next = |what: &dyn Fn()| {
        what();
        BTreeSet::from([(); 2].map(|()| told.recv_timeout(BOUND).unwrap()))
    };
    let both = next(&|| fs::write(below.join("file"), "x").unwrap());
    assert_eq!(both, BTreeSet::from([(0, vec!["below/file".to_owned()]), (1, vec!["file".to_owned()])]));
    // It is watched for the outer one alone when it has another name.
    fs::rename(&below, dir.path().join("moved")).unwrap();
    let until = |number, path: &str| loop {
        let (root, paths) = told.recv_timeout(BOUND).unwrap();
        if root == number && paths.iter().any(|told| told == path) {
            break;
        }
    };
    until(0, "below");
    fs::write(dir.path().join("moved/other"), "x").unwrap();
    until(0, "moved/other");
}

/// Each look at what happened wakes several threads of the host, which has to share the processors with them.
#[test]
fn who_writes_many_files_is_told_of_in_few_steps() {
    let dir = tempfile::tempdir().unwrap();
    let (_watches, told) = watch(dir.path(), &[]);
    let began = Instant::now();
    let mut written = Vec::new();
    while began.elapsed() < Duration::from_millis(400) {
        written.push(written.len().to_string());
        fs::write(dir.path().join(written.last().unwrap()), "x").unwrap();
    }
    let steps_for = began.elapsed();
    let mut steps = 0;
    let mut missing: BTreeSet<_> = written.into_iter().collect();
    while !missing.is_empty() {
        steps += 1;
        for path in told.recv_timeout(BOUND).unwrap() {
            missing.remove(&path);
        }
    }
    let most = steps_for.as_millis() / 10;
    assert!(steps < most, "{steps} steps in {steps_for:?}");
}

/// Only who writes on and on is looked at less often.
#[test]
fn what_happens_after_a_pause_is_told_of_soon() {
    let dir = tempfile::tempdir().unwrap();
    let (_watches, told) = watch(dir.path(), &[]);
    let pause = Duration::from_millis(50);
    let delays = (0..12).map(|n| {
        std::thread::sleep(pause);
        let began = Instant::now();
        fs::write(dir.path().join(n.to_string()), "x").unwrap();
        await_all(&told, &[&n.to_string()]);
        began.elapsed()
    });
    // The first ones may be soon because nobody has written before; the shortest of the others is not late by chance.
    let shortest = delays.skip(6).min().unwrap();
    assert!(shortest < pause / 5, "{shortest:?} after {pause:?}");
}
