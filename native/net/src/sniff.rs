// SPDX-License-Identifier: GPL-2.0-or-later
//! Remembers the first bytes that came in, so that a failed handshake can say what is at the other end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const KEPT: usize = 8;

/// A stream that keeps its first bytes.
#[derive(Debug)]
pub(crate) struct Sniffed<S> {
    inner: S,
    first: [u8; KEPT],
    kept: usize,
}

impl<S> Sniffed<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner, first: [0; KEPT], kept: 0 }
    }

    pub(crate) fn first_bytes(&self) -> &[u8] {
        &self.first[..self.kept]
    }

    pub(crate) fn inner(&self) -> &S {
        &self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Sniffed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if self.kept < KEPT {
            let new = &buf.filled()[before..];
            let n = new.len().min(KEPT - self.kept);
            let at = self.kept;
            self.first[at..at + n].copy_from_slice(&new[..n]);
            self.kept += n;
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Sniffed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
