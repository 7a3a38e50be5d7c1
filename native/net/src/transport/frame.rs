// SPDX-License-Identifier: GPL-2.0-or-later
//! Frames on the wire: u32 length (big-endian), then that many bytes.

use super::link::Queue;
use bytes::{Buf, Bytes, BytesMut};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longest frame in bytes, both ways. The largest value that is replicated (a catalog object, a status with its messages) is
/// far below; whoever announces more is broken or hostile.
pub const MAX_FRAME: usize = 16 << 20;

/// What is queued goes out in writes of about this size: a few TLS records, one system call.
const BATCH: usize = 64 << 10;
/// Room made before each read: two TLS records. Memory grows with what arrives, not with what a length announces.
const READ: usize = 32 << 10;
const PREFIX: usize = 4;

/// Writes what is queued until the queue is closed and empty, then ends the TLS session in order.
pub(super) async fn write_all<W: AsyncWrite + Unpin>(to: &mut W, queue: &mut Queue) -> io::Result<()> {
    let mut batch = Vec::new();
    while let Some(first) = queue.next().await {
        let mut next = Some(first);
        while let Some(frame) = next {
            let length = u32::try_from(frame.len()).map_err(|_| too_large(frame.len()))?;
            batch.extend_from_slice(&length.to_be_bytes());
            if frame.len() < BATCH {
                batch.extend_from_slice(&frame);
            } else {
                to.write_all(&batch).await?;
                batch.clear();
                to.write_all(&frame).await?;
            }
            next = if batch.len() < BATCH { queue.try_next() } else { None };
        }
        to.write_all(&batch).await?;
        batch.clear();
        to.flush().await?;
    }
    to.shutdown().await
}

/// Reads frames until the peer ends the connection.
pub(super) async fn read_all<R: AsyncRead + Unpin>(from: &mut R, mut each: impl FnMut(Bytes)) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    loop {
        while let Some(length) = buffer.first_chunk::<PREFIX>() {
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
            if length > MAX_FRAME {
                return Err(too_large(length));
            }
            if buffer.len() < PREFIX + length {
                break;
            }
            buffer.advance(PREFIX);
            each(buffer.split_to(length).freeze());
        }
        buffer.reserve(READ);
        if from.read_buf(&mut buffer).await? == 0 {
            return if buffer.is_empty() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    }
}

fn too_large(length: usize) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes, more than the {MAX_FRAME} allowed"))
}
