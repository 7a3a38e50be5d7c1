// SPDX-License-Identifier: GPL-2.0-or-later
//! The side that wants the file.

use super::{CHANGED, CHUNK, FAILED, FOUND, MAX_PATH, NOT_FOUND, WAIT, WHOLE};
use crate::hello::Kind;
use crate::refusal::HandshakeError;
use crate::tls::Stream;
use crate::transport::{DialError, FILE_PATIENCE, Transport, set_patience};
use std::fmt;
use std::fs::Permissions;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};
use tempfile::NamedTempFile;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// How often a file is asked for that changes while it is sent.
pub const ATTEMPTS: u32 = 3;
/// Pause before asking again: time for a writer to finish.
const ATTEMPT_PAUSE: Duration = Duration::from_millis(200);

/// Why a file was not fetched. Nothing is left behind, and the target is as it was.
#[derive(Debug)]
pub enum FetchError {
    /// The peer cannot be reached.
    Unreachable(io::Error),
    /// The peer did not pass the handshake, or refused this node.
    Refused(HandshakeError),
    /// No byte came for the given time.
    Silent,
    /// The connection broke.
    Broken(io::Error),
    /// The file changed while it was sent, each of [`ATTEMPTS`] times.
    Changing,
    /// The bytes are not those that the peer hashed, each of [`ATTEMPTS`] times.
    Corrupt,
    /// The peer has another version of the file.
    Different,
    /// The peer has the file and cannot read it (its log says why).
    PeerFailed,
    /// The peer does not speak the protocol, or the request is too long for it.
    Protocol(&'static str),
    /// The target cannot be written.
    Target {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "the peer cannot be reached: {error}"),
            Self::Refused(why) => write!(f, "the peer was refused: {why}"),
            Self::Silent => f.write_str("the peer stopped sending"),
            Self::Broken(error) => write!(f, "the connection to the peer broke: {error}"),
            Self::Changing => f.write_str("the file kept changing while it was sent"),
            Self::Corrupt => f.write_str("the file arrived with another hash than it was sent with"),
            Self::Different => f.write_str("the peer has another version of the file"),
            Self::PeerFailed => f.write_str("the peer has the file but cannot read it; its log says why"),
            Self::Protocol(what) => write!(f, "the peer broke the protocol: {what}"),
            Self::Target { path, error } => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for FetchError {}

/// Which file is wanted.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Below which root of the peer's.
    pub root: &'a str,
    /// Where below it, with slashes.
    pub relative: &'a str,
    /// Which version: a new hasher, and what it must come to. `None`: whatever the peer has.
    pub version: Option<(blake3::Hasher, blake3::Hash)>,
}

/// Copies a file of the peer at `addr` to `target`, whose folder must exist: into a temporary file
/// beside it, hash-checked, synchronised with the disk, with the peer's modification time, renamed into place. Takes a
/// constant amount of memory.
///
/// `silence` bounds the time without a byte from the peer, not the whole. A peer that says the transfer waits for its turn
/// is not silent. Dropping the future ends the transfer and removes the temporary file.
///
/// Returns the size in bytes, or `None` if the peer says that it has no such file.
///
/// # Errors
/// [`FetchError`]; the target is then as it was.
pub async fn fetch(
    transport: &Transport,
    addr: SocketAddr,
    wanted: &Wanted<'_>,
    target: &Path,
    silence: Duration,
) -> Result<Option<u64>, FetchError> {
    let mut request = Vec::new();
    for text in [wanted.root, wanted.relative] {
        if text.len() > MAX_PATH {
            return Err(FetchError::Protocol("the path is too long"));
        }
        request.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
        request.extend_from_slice(text.as_bytes());
    }
    let mut attempt = 1;
    loop {
        match once(transport, addr, &request, wanted, target, silence).await {
            Err(FetchError::Changing | FetchError::Corrupt) if attempt < ATTEMPTS => {
                attempt += 1;
                tokio::time::sleep(ATTEMPT_PAUSE).await;
            }
            done => return done,
        }
    }
}

async fn once(
    transport: &Transport,
    addr: SocketAddr,
    request: &[u8],
    wanted: &Wanted<'_>,
    target: &Path,
    silence: Duration,
) -> Result<Option<u64>, FetchError> {
    let (stream, _) = transport.0.dial(addr, Kind::File).await.map_err(|why| match why {
        DialError::Unreachable(error) => FetchError::Unreachable(error),
        DialError::Handshake(why) => FetchError::Refused(why),
    })?;
    set_patience(stream.get_ref().0.inner(), FILE_PATIENCE);
    let mut peer = Peer { stream, silence };
    peer.ask(request).await?;
    let answer = loop {
        match peer.byte().await? {
            WAIT => {}
            answer => break answer,
        }
    };
    match answer {
        NOT_FOUND => return Ok(None),
        FAILED => return Err(FetchError::PeerFailed),
        FOUND => {}
        _ => return Err(FetchError::Protocol("an answer without meaning")),
    }
    let size = u64::from_be_bytes(peer.bytes().await?);
    let modified = i64::from_be_bytes(peer.bytes().await?);

    let failed = |error: io::Error| FetchError::Target { path: target.to_owned(), error };
    let temporary = beside(target).map_err(failed)?;
    let mut file = File::from_std(temporary.reopen().map_err(failed)?);
    let mut version = wanted.version.clone();
    let hash = receive(&mut peer, &mut file, size, version.as_mut().map(|(hasher, _)| hasher), target).await?;
    match peer.byte().await? {
        WHOLE => {}
        CHANGED => return Err(FetchError::Changing),
        FAILED => return Err(FetchError::PeerFailed),
        _ => return Err(FetchError::Protocol("an end without meaning")),
    }
    if peer.bytes::<32>().await? != *hash.as_bytes() {
        return Err(FetchError::Corrupt);
    }
    if version.is_some_and(|(hasher, hash)| hasher.finalize() != hash) {
        return Err(FetchError::Different);
    }
    file.flush().await.map_err(failed)?;
    let file = file.into_std().await;
    let place = target.to_owned();
    let finished = tokio::task::spawn_blocking(move || finish(&file, temporary, &place, modified)).await;
    finished.map_err(io::Error::other).flatten().map_err(failed)?;
    Ok(Some(size))
}

async fn receive(
    peer: &mut Peer,
    file: &mut File,
    size: u64,
    mut version: Option<&mut blake3::Hasher>,
    target: &Path,
) -> Result<blake3::Hash, FetchError> {
    let mut hash = blake3::Hasher::new();
    let mut chunk = vec![0u8; CHUNK];
    let mut got = 0u64;
    loop {
        let length = usize::try_from(u32::from_be_bytes(peer.bytes().await?)).unwrap_or(usize::MAX);
        if length == 0 {
            return Ok(hash.finalize());
        }
        got += length as u64;
        if length > CHUNK || got > size {
            return Err(FetchError::Protocol("more bytes than announced"));
        }
        peer.fill(&mut chunk[..length]).await?;
        hash.update(&chunk[..length]);
        if let Some(version) = &mut version {
            version.update(&chunk[..length]);
        }
        let written = file.write_all(&chunk[..length]).await;
        written.map_err(|error| FetchError::Target { path: target.to_owned(), error })?;
    }
}

/// Puts a content in place as [`fetch`] does.
///
/// # Errors
/// The target cannot be written; it is as it was.
pub fn place(target: &Path, content: &[u8], modified: i64) -> io::Result<()> {
    let mut temporary = beside(target)?;
    temporary.write_all(content)?;
    let file = temporary.as_file().try_clone()?;
    finish(&file, temporary, target, modified)
}

/// A temporary file in the target's folder, removed when dropped. With the permissions that any new file gets there.
fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .prefix(".gs-native-cluster-")
        .suffix(".part")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

fn finish(file: &std::fs::File, temporary: NamedTempFile, target: &Path, modified: i64) -> io::Result<()> {
    let modified = u64::try_from(modified).ok().and_then(|ms| UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    if let Some(time) = modified {
        // For people who look at it; nothing depends on it.
        let _ = file.set_modified(time);
    }
    file.sync_all()?;
    temporary.persist(target).map_err(|failed| failed.error)?;
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        // Makes the new name durable; some file systems refuse, and the content is safe in any case.
        let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

struct Peer {
    stream: Stream,
    silence: Duration,
}

impl Peer {
    async fn ask(&mut self, request: &[u8]) -> Result<(), FetchError> {
        let sent = async {
            self.stream.write_all(request).await?;
            self.stream.flush().await
        };
        timeout(self.silence, sent).await.map_err(|_| FetchError::Silent)?.map_err(FetchError::Broken)
    }

    /// Fills the buffer; each byte restarts the bound of silence.
    async fn fill(&mut self, mut into: &mut [u8]) -> Result<(), FetchError> {
        while !into.is_empty() {
            let read = timeout(self.silence, self.stream.read(into)).await.map_err(|_| FetchError::Silent)?;
            match read.map_err(FetchError::Broken)? {
                0 => return Err(FetchError::Broken(io::ErrorKind::UnexpectedEof.into())),
                n => into = &mut into[n..],
            }
        }
        Ok(())
    }

    async fn bytes<const N: usize>(&mut self) -> Result<[u8; N], FetchError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes).await?;
        Ok(bytes)
    }

    async fn byte(&mut self) -> Result<u8, FetchError> {
        Ok(self.bytes::<1>().await?[0])
    }
}
