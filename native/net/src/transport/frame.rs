// SPDX-License-Identifier: GPL-2.0-or-later
//! Frames on the wire: u32 length (big-endian), then that many bytes.

use super::link::Queue;
use super::outlet::Writing;
use bytes::{Buf, Bytes, BytesMut};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// Longest frame in bytes, both ways. The largest value that is replicated (a catalog object, a status with its messages) is
/// far below; whoever announces more is broken or hostile.
pub const MAX_FRAME: usize = 16 << 20;

/// What is queued goes out in writes of about this size: a few TLS records, one system call.
const BATCH: usize = 64 << 10;
/// Room made before each read: two TLS records. Memory grows with what arrives, not with what a length announces.
const READ: usize = 32 << 10;
pub(super) const PREFIX: usize = 4;

/// Writes what is queued until the queue is closed and empty, then ends the TLS session in order. While nothing is queued
/// the [outlet](super::outlet::Outlet) has the connection.
pub(super) async fn write_all(to: Writing, queue: &mut Queue) -> io::Result<()> {
    let outlet = queue.outlet();
    outlet.lend(to);
    let mut batch = Vec::new();
    loop {
        let (mut next, closed) = tokio::select! {
            frame = queue.next() => (frame.clone(), frame.is_none()),
            () = outlet.unfinished() => (None, false),
        };
        // Lent above, and at the end of each round.
        let Some((mut to, rest)) = outlet.take() else { return Ok(()) };
        batch.extend_from_slice(&rest);
        while let Some(frame) = next {
            outlet.taken();
            if frame.len() < BATCH {
                put(&mut batch, &frame)?;
            } else {
                put_length(&mut batch, &frame)?;
                to.write_all(&batch).await?;
                batch.clear();
                to.write_all(&frame).await?;
            }
            next = if batch.len() < BATCH { queue.try_next() } else { None };
        }
        to.write_all(&batch).await?;
        batch.clear();
        if closed {
            return to.shutdown().await;
        }
        to.flush().await?;
        outlet.lend(to);
    }
}

/// Appends a frame as it stands on the wire.
pub(super) fn put(bytes: &mut Vec<u8>, frame: &[u8]) -> io::Result<()> {
    put_length(bytes, frame)?;
    bytes.extend_from_slice(frame);
    Ok(())
}

fn put_length(bytes: &mut Vec<u8>, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).map_err(|_| too_large(frame.len()))?;
    bytes.extend_from_slice(&length.to_be_bytes());
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::super::Channel;
    use super::super::link::Link;
    use super::*;
    use tokio::io::duplex;

    async fn there_and_back(frames: &[Bytes], pipe: usize) -> Vec<Bytes> {
        let (link, mut queue) = Link::new(1, Channel::Delta);
        frames.iter().for_each(|frame| link.offer(frame.clone()).unwrap());
        drop(link);
        let (near, mut far) = duplex(pipe);
        let mut got = Vec::new();
        let (written, read) = tokio::join!(write_all(Box::new(near), &mut queue), read_all(&mut far, |f| got.push(f)));
        written.unwrap();
        read.unwrap();
        got
    }

    #[tokio::test]
    async fn frames_of_any_size_arrive_whole_and_in_order() {
        let sizes = [0, 1, 5, 1000, BATCH - 1, BATCH, BATCH + 1, 3, 1_000_000, 0, 7];
        let frames: Vec<Bytes> = sizes.iter().zip(0u8..).map(|(size, fill)| Bytes::from(vec![fill; *size])).collect();
        // Through a pipe of one byte the large ones would take minutes.
        assert_eq!(there_and_back(&frames[..4], 1).await, frames[..4]);
        assert_eq!(there_and_back(&frames, 4096).await, frames);
        assert_eq!(there_and_back(&frames, 1 << 20).await, frames);
    }

    #[tokio::test]
    async fn frames_that_are_written_at_once_are_in_order_with_those_that_wait() {
        let (link, mut queue) = Link::new(1, Channel::Delta);
        // Room for some whole frames and a part of one: the task writes the rest.
        let (near, mut far) = duplex(100);
        let frames: Vec<_> = (0..50u8).map(|n| Bytes::from(vec![n; usize::from(n % 30)])).collect();
        let offered = frames.clone();
        let mut got = Vec::new();
        let offering = async move {
            for frame in offered {
                link.offer(frame).unwrap();
                tokio::task::yield_now().await;
            }
        };
        let reading = read_all(&mut far, |frame| got.push(frame));
        let (written, (), read) = tokio::join!(write_all(Box::new(near), &mut queue), offering, reading);
        written.unwrap();
        read.unwrap();
        assert_eq!(got, frames);
    }

    #[tokio::test]
    async fn a_frame_that_is_too_large_ends_the_connection_before_it_takes_memory() {
        let (mut near, mut far) = duplex(64);
        near.write_all(&(u32::try_from(MAX_FRAME).unwrap() + 1).to_be_bytes()).await.unwrap();
        let error = read_all(&mut far, |_| panic!("no frame")).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn a_frame_cut_short_is_an_error() {
        let (mut near, mut far) = duplex(64);
        near.write_all(&[0, 0, 0, 9, 1, 2]).await.unwrap();
        drop(near);
        let error = read_all(&mut far, |_| panic!("no frame")).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_queue_is_bounded_in_frames_and_bytes() {
        for channel in [Channel::Control, Channel::Delta] {
            let (link, _queue) = Link::new(1, channel);
            for _ in 0..channel.max_frames() {
                link.offer(Bytes::from_static(b"x")).unwrap();
            }
            assert_eq!(link.offer(Bytes::from_static(b"x")), Err(super::super::SendError::Full));

            let (link, mut queue) = Link::new(1, channel);
            let large = Bytes::from(vec![0; MAX_FRAME]);
            link.offer(large.clone()).unwrap();
            assert_eq!(link.offer(large.clone()), Err(super::super::SendError::Full));
            assert_eq!(queue.try_next().map(|frame| frame.len()), Some(MAX_FRAME));
            link.offer(large).unwrap();
        }
    }
}
