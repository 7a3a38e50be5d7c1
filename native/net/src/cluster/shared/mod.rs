// SPDX-License-Identifier: GPL-2.0-or-later
//! Shared objects as the host sees them: contents are sealed on their way in and opened on their way out; what they mean
//! is the core's matter (`gs_cluster_core::active`).

mod model;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use gs_cluster_core::{
    active::{
        Local, Outcome, Policy, Standing,
        conflicts::Conflict,
        value::{ContentHash, FileInfo, Header, State},
    },
    entry::{Entry, MapId},
    id::MemberId,
    node::{MAX_VALUE, Refusal},
};

pub use model::{Content, Here, Lost, SharedError, Telling, ToApply};
use model::{is_fit, pack, unpack};

use super::{
    Cluster,
    driver::Driver,
    seal::Sealer,
    whole_file::{self, Look},
};
use crate::files;

/// Files up to this size travel with their entry; larger ones are fetched when they are applied. Most styles, templates and
/// graphics are smaller, and an entry of this size does not hold up others for long.
pub const MAX_INLINE: u64 = 1024 * 1024;
/// Largest object that is no file: what an entry holds, less what stands around it.
pub const MAX_CONTENT: usize = MAX_VALUE - 16 * 1024;
/// Under this name files of shared keys are served.
pub(super) const SHARED_FILES: &str = "shared";

/// A node's data directory.
#[derive(Clone, Debug, Default)]
struct Directory {
    root: PathBuf,
    id: String,
}

/// What is there as long as active clustering is on.
#[derive(Debug)]
pub(super) struct Shares {
    sealer: Sealer,
    directory: Mutex<Directory>,
    /// Where the files are that are too large for their entries, by key.
    places: Mutex<HashMap<String, PathBuf>>,
    /// What files held when they were read last, by key: gigabytes are not read again to be compared.
    hashes: Mutex<HashMap<String, (Look, ContentHash)>>,
}

impl Shares {
    pub(super) fn new(sealer: Sealer) -> Self {
        Self { sealer, directory: Mutex::default(), places: Mutex::default(), hashes: Mutex::default() }
    }

    /// The file that a member asks for as `<hash>/<key>`, if it is this version of this key that is here: the folder that it
    /// must not leave, and the path below.
    pub(super) fn served(&self, driver: &Driver, asked: &str) -> Option<(PathBuf, PathBuf)> {
        let (hash, key) = asked.split_once('/')?;
        let is = |state: ContentHash| blake3::Hash::from_bytes(state.0).to_hex().as_str() == hash;
        let is_here = driver.with(|node, _| {
            let said = node.shared_content(key).and_then(|entry| Some(Header::parse(entry.value.as_deref()?)?.0.hash));
            said.is_some_and(is) && node.shared_agreed(key).and_then(|agreed| agreed.local).is_some_and(is)
        });
        let root = lock(&self.directory).root.clone();
        let told = lock(&self.places).get(key).and_then(|place| place.strip_prefix(&root).ok().map(Path::to_owned));
        // The host may have told a path by another name of the data directory, or not since its start.
        let place = told.or_else(|| key.strip_prefix("file/").map(PathBuf::from))?;
        (is_here && !root.as_os_str().is_empty()).then_some((root, place))
    }
}

/// See the [module](self).
#[derive(Debug)]
pub struct Shared<'a> {
    cluster: &'a Cluster,
    shares: &'a Shares,
}

impl Cluster {
    /// The shared objects.
    ///
    /// # Errors
    /// [`SharedError::Off`], with what to do.
    pub fn shared(&self) -> Result<Shared<'_>, SharedError> {
        match &self.shares {
            Ok(shares) => Ok(Shared { cluster: self, shares }),
            Err(why) => Err(SharedError::Off(why)),
        }
    }
}

impl Shared<'_> {
    fn driver(&self) -> &Driver {
        &self.cluster.driver
    }

    /// Says where this node's data directory is, and what names it: nodes that share one give the same name.
    pub fn set_directory(&self, root: &Path, id: &str) {
        *lock(&self.shares.directory) = Directory { root: root.to_owned(), id: id.to_owned() };
    }

    /// Asks to take part.
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn join(&self, policy: Policy, pristine: bool) -> Result<Standing, SharedError> {
        let directory = lock(&self.shares.directory).id.clone();
        let hold = self.driver().is_held_back();
        let joined = self.driver().with(|node, now| node.shared_join(policy, pristine, &directory, hold, now));
        Ok(joined?)
    }

    /// Tells what is here. The outcome of what is derived is always [`Outcome::Same`].
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn tell(&self, telling: Telling, key: &str, here: Here<'_>) -> Result<Outcome, SharedError> {
        if !is_fit(key) {
            return Err(SharedError::NoPath(key.to_owned()));
        }
        lock(&self.shares.places).remove(key);
        match here {
            Here::Nothing => {
                lock(&self.shares.hashes).remove(key);
                self.tell_local(telling, key, None)
            }
            Here::Object(content) => {
                if content.bytes.len() + content.extra.len() > MAX_CONTENT {
                    return Err(Refusal::TooLarge.into());
                }
                let hash = self.shares.sealer.hash(&content.bytes);
                let body = || self.seal(key, &pack(content));
                self.tell_local(
                    telling,
                    key,
                    Some(&Local { hash, modified: content.modified, file: None, body: &body }),
                )
            }
            Here::File(path) => {
                if telling == Telling::Compare
                    && let Some(outcome) = self.compare_unread(key, path)?
                {
                    return Ok(outcome);
                }
                let Some(file) = self.look_at(key, path)? else { return self.tell_local(telling, key, None) };
                let inline = file.content.is_some();
                if !inline {
                    lock(&self.shares.places).insert(key.to_owned(), path.to_owned());
                }
                let body = || file.content.as_ref().map(|content| self.seal(key, content)).unwrap_or_default();
                let info = Some(FileInfo { size: file.look.size, inline });
                self.tell_local(
                    telling,
                    key,
                    Some(&Local { hash: file.hash, modified: file.look.modified(), file: info, body: &body }),
                )
            }
        }
    }

    fn tell_local(&self, telling: Telling, key: &str, local: Option<&Local<'_>>) -> Result<Outcome, SharedError> {
        let outcome = self.driver().with(|node, now| match (telling, local) {
            (Telling::Put, local) => node.shared_put(key, local, now),
            (Telling::Derived, local) => {
                node.shared_derived(key, local.map(|local| local.hash)).map(|()| Outcome::Same)
            }
            (Telling::Compare, Some(local)) => node.shared_compare(key, local, now),
            // What is not here is missing: that is told of when all were compared.
            (Telling::Compare, None) => Ok(Outcome::Same),
        });
        Ok(outcome?)
    }

    /// Compares a file that looks as it did when it was last read. `None`: it has to be read.
    fn compare_unread(&self, key: &str, path: &Path) -> Result<Option<Outcome>, SharedError> {
        let Some((look, hash)) = lock(&self.shares.hashes).get(key).copied() else { return Ok(None) };
        if Look::at(path) != Some(look) {
            return Ok(None);
        }
        let inline = look.size <= MAX_INLINE;
        if !inline {
            lock(&self.shares.places).insert(key.to_owned(), path.to_owned());
        }
        let file = Some(FileInfo { size: look.size, inline });
        // What was agreed on is not published: nobody asks for the content.
        let local = Local { hash, modified: look.modified(), file, body: &Vec::new };
        let outcome = self.driver().with(|node, now| {
            let agreed = node.shared_agreed(key).and_then(|agreed| agreed.local);
            (agreed == Some(hash)).then(|| node.shared_compare(key, &local, now)).transpose()
        });
        Ok(outcome?)
    }

    /// All objects below these prefixes were compared.
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn compared(&self, prefixes: &[String]) -> Result<(), SharedError> {
        Ok(self.driver().with(|node, now| node.shared_compared(prefixes, now))?)
    }

    /// What is to be applied, at most `max`.
    pub fn pending(&self, max: usize) -> Vec<ToApply> {
        let directory = lock(&self.shares.directory).id.clone();
        let pending = self.driver().with(|node, _| node.shared_pending(max));
        let mut given = Vec::with_capacity(pending.len());
        for version in pending {
            let nothing = ToApply {
                key: version.key.clone(),
                token: version.token,
                content: None,
                file: None,
                node: String::new(),
                same_directory: false,
                when: version.entry.as_ref().map_or(0, |entry| entry.version.stamp.wall_ms()),
            };
            let Some(entry) = version.entry else {
                given.push(nothing);
                continue;
            };
            let Some(value) = entry.value.as_deref() else {
                let node = self.name_of(entry.version.writer);
                given.push(ToApply { node, ..nothing });
                continue;
            };
            let opened = match Header::parse(value) {
                _ if !is_fit(&version.key) => Err("it is a file, and its key is no path below the data directory"),
                None => Err("it was written by a later release; update this node"),
                Some((header, _)) if header.file.is_some() => Ok((header, None)),
                Some((header, body)) => match self.open(&version.key, &header, body).and_then(|plain| unpack(&plain)) {
                    Some(content) => Ok((header, Some(content))),
                    None => Err("its content cannot be opened; it was sealed with another secret"),
                },
            };
            match opened {
                Ok((header, content)) => given.push(ToApply {
                    file: header.file.map(|file| file.size),
                    content: content.map(|content| Content { modified: header.when, ..content }),
                    same_directory: !directory.is_empty() && header.directory == directory && !version.is_missing,
                    when: header.when,
                    node: header.node,
                    ..nothing
                }),
                Err(why) => self.failed(&version.key, version.token, why),
            }
        }
        given
    }

    fn name_of(&self, member: MemberId) -> String {
        self.driver().with(|node, _| node.description(member)).map(|d| d.name).unwrap_or_default()
    }

    /// A version was applied; what is here now.
    ///
    /// # Errors
    /// [`SharedError::Io`]: the file cannot be read.
    pub fn applied(&self, key: &str, token: u64, here: Here<'_>) -> Result<(), SharedError> {
        let local: State = match here {
            Here::Nothing => {
                lock(&self.shares.hashes).remove(key);
                None
            }
            Here::Object(content) => Some(self.shares.sealer.hash(&content.bytes)),
            Here::File(path) => {
                // A file is put in place as it is: if there is another one now, it was edited since, and that will be told.
                // So a large one is not read once more.
                let given = self.driver().with(|node, _| node.shared_given(key, token));
                let (state, size) = match given {
                    Some(given) => (given, std::fs::metadata(path).map_or(0, |file| file.len())),
                    None => self.look_at(key, path)?.map_or((None, 0), |file| (Some(file.hash), file.look.size)),
                };
                if size > MAX_INLINE {
                    lock(&self.shares.places).insert(key.to_owned(), path.to_owned());
                }
                state
            }
        };
        self.driver().with(|node, _| node.shared_applied(key, token, local));
        Ok(())
    }

    /// A version could not be applied.
    pub fn failed(&self, key: &str, token: u64, reason: &str) {
        self.driver().with(|node, _| node.shared_failed(key, token, reason));
    }

    /// Puts a pending file in place: from its entry, or from a member that has it. False: no member has this version.
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn fetch(&self, key: &str, token: u64, target: &Path, silence: Duration) -> Result<bool, SharedError> {
        let pending = self.driver().with(|node, _| node.shared_version(key, token));
        let Some(entry) = pending else { return Ok(false) };
        let Some((header, body)) = entry.value.as_deref().and_then(Header::parse) else { return Ok(false) };
        let Some(file) = header.file else { return Ok(false) };
        let failed = |error| SharedError::Io(target.to_owned(), error);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        if file.inline {
            let content = self.open(key, &header, body).ok_or_else(|| SharedError::Seal(key.to_owned()))?;
            let modified = i64::try_from(header.when).unwrap_or(i64::MAX);
            files::place(target, &content, modified).map_err(failed)?;
            return Ok(true);
        }
        let hash = blake3::Hash::from_bytes(header.hash.0);
        let wanted = files::Wanted {
            root: SHARED_FILES,
            relative: &format!("{}/{key}", hash.to_hex()),
            version: Some((self.shares.sealer.hasher(), hash)),
        };
        Ok(self.cluster.fetch_wanted(&wanted, target, Some(entry.version.writer), silence).is_some())
    }

    /// What the cluster says of an object that is no file.
    pub fn content(&self, key: &str) -> Option<Content> {
        let entry = self.driver().with(|node, _| node.shared_content(key).cloned())?;
        self.content_of(key, entry.value.as_deref()?)
    }

    fn content_of(&self, key: &str, value: &[u8]) -> Option<Content> {
        let (header, body) = Header::parse(value)?;
        let content = match header.file {
            None => unpack(&self.open(key, &header, body)?)?,
            Some(_) => return None,
        };
        Some(Content { modified: header.when, ..content })
    }

    /// The keys that the cluster has below a prefix, in order.
    pub fn keys(&self, prefix: &str) -> Vec<Arc<str>> {
        self.driver().with(|node, _| node.shared_keys(prefix))
    }

    /// Versions that lost, the latest first.
    pub fn conflicts(&self) -> Vec<Lost> {
        let lost = |(conflict, entry): (Conflict, Arc<Entry>)| {
            let (header, _) = Header::parse(Conflict::parse(entry.value.as_deref()?)?.1)?;
            let Conflict { key, reason, .. } = conflict;
            Some(Lost { id: entry.key.clone(), key, node: header.node, when: header.when, reason })
        };
        let conflicts = self.driver().with(|node, _| node.conflicts());
        conflicts.into_iter().filter_map(lost).collect()
    }

    /// The content of a version that lost. A file's is in `bytes`, if it was small enough to travel with its entry.
    pub fn conflict(&self, id: &str) -> Option<Content> {
        let entry = self.driver().with(|node, _| node.replica().get(MapId::CONFLICT, id).cloned())?;
        let (conflict, value) = Conflict::parse(entry.value.as_deref()?)?;
        let (header, body) = Header::parse(value)?;
        match header.file {
            Some(FileInfo { inline: true, .. }) => {
                let bytes = self.open(&conflict.key, &header, body)?;
                Some(Content { bytes, extra: Vec::new(), modified: header.when })
            }
            _ => self.content_of(&conflict.key, value),
        }
    }

    /// Of two objects of one name one stands, under `key`: keeps what the other one was, as a version that lost.
    ///
    /// # Errors
    /// [`SharedError`].
    pub fn lost(&self, key: &str, loser: &str, content: &Content) -> Result<(), SharedError> {
        let hash = self.shares.sealer.hash(&content.bytes);
        let body = || self.seal(key, &pack(content));
        let local = Local { hash, modified: content.modified, file: None, body: &body };
        Ok(self.driver().with(|node, now| node.shared_lost(key, loser, &local, now))?)
    }

    /// Forgets a version that lost; false if it is unknown.
    pub fn drop_conflict(&self, id: &str) -> bool {
        self.driver().with(|node, now| node.drop_conflict(id, now))
    }

    fn look_at(&self, key: &str, path: &Path) -> Result<Option<whole_file::Found>, SharedError> {
        let now = SystemTime::now();
        let found = whole_file::read(path, self.shares.sealer.hasher(), MAX_INLINE);
        let found = found.map_err(|error| SharedError::Io(path.to_owned(), error))?;
        let mut hashes = lock(&self.shares.hashes);
        match found.as_ref().filter(|found| found.look.is_at_rest(now)) {
            Some(found) => hashes.insert(key.to_owned(), (found.look, found.hash)),
            None => hashes.remove(key),
        };
        Ok(found)
    }

    fn seal(&self, key: &str, content: &[u8]) -> Vec<u8> {
        // The system gives no random numbers: the version is published without a content that opens, and each node shows it.
        self.shares.sealer.seal(key, content).unwrap_or_default()
    }

    /// The content, if it is the one that its hash names.
    fn open(&self, key: &str, header: &Header, body: &[u8]) -> Option<Vec<u8>> {
        let content = self.shares.sealer.open(key, body).ok()?;
        let hashed = match header.file {
            None => self.shares.sealer.hash(&unpack(&content)?.bytes),
            Some(_) => self.shares.sealer.hash(&content),
        };
        (hashed == header.hash).then_some(content)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
