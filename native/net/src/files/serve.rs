// SPDX-License-Identifier: GPL-2.0-or-later
//! The side that has the file.

use super::{CHANGED, CHUNK, FAILED, FOUND, MAX_PATH, MAX_TRANSFERS, NOT_FOUND, Roots, WAIT, WHOLE};
use crate::tls::Stream;
use crate::transport::{FILE_PATIENCE, set_patience};
use std::fs::Metadata;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How often a transfer that waits for its turn says so.
const WAIT_NOTICE: Duration = Duration::from_secs(1);
/// Bound of each read of the request and each write of the answer: a peer that stops reading gives its turn away.
const STALLED: Duration = FILE_PATIENCE;

/// Serves files to members.
pub(crate) struct FileServer {
    roots: Roots,
    turns: Arc<Semaphore>,
}

impl FileServer {
    pub(crate) fn new(roots: Roots) -> Self {
        Self { roots, turns: Arc::new(Semaphore::new(MAX_TRANSFERS)) }
    }

    /// One transfer. An error ends the connection, which tells the peer.
    pub(crate) async fn serve(&self, mut stream: Stream) {
        set_patience(stream.get_ref().0.inner(), FILE_PATIENCE);
        if let Err(error) = self.transfer(&mut stream).await {
            tracing::debug!(%error, "a file transfer to a peer ended early");
        }
    }

    async fn transfer(&self, stream: &mut Stream) -> io::Result<()> {
        let root = bounded(read_text(stream)).await?;
        let relative = bounded(read_text(stream)).await?;
        let _turn = self.turn(stream).await?;
        let roots = self.roots.clone();
        let (name, path) = (root.clone(), relative.clone());
        let opened = tokio::task::spawn_blocking(move || roots.open(&name, &path)).await.map_err(io::Error::other)?;
        match opened {
            Ok(Some((file, before))) => send(stream, File::from_std(file), &before).await?,
            Ok(None) => bounded(stream.write_all(&[NOT_FOUND])).await?,
            Err(error) => {
                tracing::warn!(%root, path = %relative, %error, "cannot open a file that a peer asked for");
                bounded(stream.write_all(&[FAILED])).await?;
            }
        }
        bounded(stream.shutdown()).await
    }

    async fn turn(&self, stream: &mut Stream) -> io::Result<OwnedSemaphorePermit> {
        loop {
            match timeout(WAIT_NOTICE, self.turns.clone().acquire_owned()).await {
                Ok(turn) => return turn.map_err(io::Error::other),
                Err(_) => {
                    bounded(stream.write_all(&[WAIT])).await?;
                    bounded(stream.flush()).await?;
                }
            }
        }
    }
}

async fn send(stream: &mut Stream, mut file: File, before: &Metadata) -> io::Result<()> {
    let mut head = vec![FOUND];
    head.extend_from_slice(&before.len().to_be_bytes());
    head.extend_from_slice(&before.modified().map_or(0, millis).to_be_bytes());
    bounded(stream.write_all(&head)).await?;

    let mut hash = blake3::Hasher::new();
    let mut chunk = vec![0u8; CHUNK];
    let mut sent = 0u64;
    let end = loop {
        let n = match file.read(&mut chunk).await {
            Ok(n) => n,
            Err(error) => {
                tracing::warn!(%error, "cannot read on in a file that is being sent to a peer");
                break FAILED;
            }
        };
        sent += n as u64;
        // A file that grows while it is sent would never end.
        if sent > before.len() {
            break CHANGED;
        }
        if n == 0 {
            let after = file.metadata().await?;
            let same = sent == before.len() && after.len() == sent && after.modified().ok() == before.modified().ok();
            break if same { WHOLE } else { CHANGED };
        }
        hash.update(&chunk[..n]);
        let length = u32::try_from(n).unwrap_or(u32::MAX);
        bounded(stream.write_all(&length.to_be_bytes())).await?;
        bounded(stream.write_all(&chunk[..n])).await?;
    };
    let mut tail = vec![0, 0, 0, 0, end];
    if end == WHOLE {
        tail.extend_from_slice(hash.finalize().as_bytes());
    }
    bounded(stream.write_all(&tail)).await
}

fn millis(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |n| -n),
    }
}

async fn read_text(stream: &mut Stream) -> io::Result<String> {
    let length = usize::from(stream.read_u16().await?);
    if length > MAX_PATH {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a path longer than any file system takes"));
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text).await?;
    String::from_utf8(text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

async fn bounded<T>(step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(STALLED, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
