// SPDX-License-Identifier: GPL-2.0-or-later
//! The machine stops at any moment: what was synchronised is there, of what was not any part may be.

use super::disk::{Disk, adopt};
use super::writer::Group;
use super::{Batch, Loaded};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use redb::{Builder, StorageBackend};
use std::io;
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug)]
enum Step {
    Length(u64),
    Write(u64, Vec<u8>),
    Sync,
}

/// A disk that remembers every step.
#[derive(Clone, Debug, Default)]
struct Recorded {
    content: Arc<Mutex<Vec<u8>>>,
    steps: Arc<Mutex<Vec<Step>>>,
}

fn apply(content: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Length(length) => content.resize(usize::try_from(*length).unwrap(), 0),
        Step::Write(offset, data) => {
            let start = usize::try_from(*offset).unwrap();
            if content.len() < start + data.len() {
                content.resize(start + data.len(), 0);
            }
            content[start..start + data.len()].copy_from_slice(data);
        }
        Step::Sync => {}
    }
}

impl Recorded {
    fn step(&self, step: Step) {
        apply(&mut self.content.lock().unwrap(), &step);
        self.steps.lock().unwrap().push(step);
    }
}

impl StorageBackend for Recorded {
    fn len(&self) -> io::Result<u64> {
        Ok(self.content.lock().unwrap().len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap();
        let content = self.content.lock().unwrap();
        let from = content.get(start..start + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(from);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.step(Step::Length(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.step(Step::Sync);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.step(Step::Write(offset, data.to_vec()));
        Ok(())
    }
}

const KEYS: u64 = 40;

/// Group `n` writes `n` under each of several keys, removes some, and says so in the meta table.
fn group(n: u64, random: &mut StdRng) -> Group {
    let mut batch = Batch::default();
    for key in 0..KEYS {
        let size = random.random_range(8..3000);
        let mut value = n.to_be_bytes().to_vec();
        value.resize(size, 7);
        batch.put.push((key.to_be_bytes().to_vec(), value.into()));
    }
    batch.delete.push((n % KEYS).to_be_bytes().to_vec());
    batch.meta.push((b"group".to_vec(), n.to_be_bytes().to_vec()));
    let mut group = Group::default();
    group.add(batch);
    group
}

/// The number of the group whose state this is; panics if it is the state of none.
fn state_of(loaded: &Loaded) -> u64 {
    let Some(n) = loaded.meta.get(&b"group"[..]) else {
        assert!(loaded.entries.is_empty());
        return 0;
    };
    let n = u64::from_be_bytes(n.as_slice().try_into().unwrap());
    assert_eq!(loaded.entries.len() as u64, KEYS - 1);
    for (key, value) in &loaded.entries {
        assert_eq!(value[..8], n.to_be_bytes(), "a value of another group");
        assert_ne!(*key, (n % KEYS).to_be_bytes(), "an entry that the group removed");
    }
    n
}

#[test]
fn whenever_the_machine_stops_the_file_holds_a_group_as_a_whole() {
    let mut random = StdRng::seed_from_u64(11);
    let recorded = Recorded::default();
    let (database, _) =
        adopt(Builder::new().create_with_backend(recorded.clone()).unwrap()).unwrap_or_else(|_| panic!());
    let disk = Disk::over(database);
    // Steps after which a group is promised to be on the disk.
    let mut promised = vec![];
    promised.push((recorded.steps.lock().unwrap().len(), 0));
    for n in 1..=25 {
        disk.commit(&group(n, &mut random)).unwrap();
        promised.push((recorded.steps.lock().unwrap().len(), n));
    }
    let steps = recorded.steps.lock().unwrap().clone();
    let first = promised[0].0;
    for _ in 0..300 {
        let stop = random.random_range(first..=steps.len());
        let synced = steps[..stop].iter().rposition(|step| matches!(step, Step::Sync)).unwrap();
        let mut content = Vec::new();
        for (at, step) in steps[..stop].iter().enumerate() {
            // Lengths are kept: a file system orders them before the data of the new part.
            if at <= synced || matches!(step, Step::Length(_)) || random.random() {
                apply(&mut content, step);
            }
        }
        let survivor = Recorded { content: Arc::new(Mutex::new(content)), ..Recorded::default() };
        let database = Builder::new().set_check_integrity_on_open(true).create_with_backend(survivor).unwrap();
        let (_, loaded) = adopt(database).unwrap_or_else(|_| panic!());
        let least = promised.iter().rev().find(|(at, _)| *at <= stop).unwrap().1;
        let state = state_of(&loaded);
        assert!(state == least || state == least + 1, "state of group {state}, promised was {least}");
    }
}
