// SPDX-License-Identifier: GPL-2.0-or-later
//! Events and query results as bytes, big-endian as Java's `ByteBuffer` reads them.

use gs_cluster_core::{
    entry::Entry,
    wps::record::{Record, Text},
};
use gs_cluster_net::cluster::{Content, Event, Lost, StatusBytes, ToApply};
use tracing::Level;

/// Length of a string that is null.
const NULL: u32 = u32::MAX;
/// Phase in the event of a status that was removed.
const NO_PHASE: u8 = u8::MAX;

/// `u32` total, `u32` count, and each record after its `u32` length.
pub(crate) fn page(total: usize, page: &[StatusBytes]) -> Vec<u8> {
    let size: usize = page.iter().map(|record| record.len() + 4).sum();
    let mut bytes = Vec::with_capacity(8 + size);
    put_length(&mut bytes, total);
    put_length(&mut bytes, page.len());
    page.iter().for_each(|record| put_bytes(&mut bytes, record));
    bytes
}

/// Each event as `u8` kind, `u32` length and its body.
pub(crate) fn events(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for event in events {
        let (kind, body) = match event {
            Event::Log { level, target, message } => (1, log(*level, target, message)),
            Event::Status { entry, local } => (2, status(entry, *local)),
            Event::Request { id, from, payload } => {
                let mut body = Vec::new();
                put_text(&mut body, Some(id));
                put_text(&mut body, Some(&from.to_string()));
                put_bytes(&mut body, payload);
                (3, body)
            }
            Event::Member { peer, name, gone } => {
                let mut body = vec![u8::from(gone.is_none())];
                [Some(peer.id.to_string().as_str()), Some(name), Some(&peer.addr.to_string()), *gone]
                    .into_iter()
                    .for_each(|text| put_text(&mut body, text));
                (4, body)
            }
            Event::Shared => (5, Vec::new()),
            Event::Files { watch, paths } => {
                let mut body = watch.to_be_bytes().to_vec();
                body.extend_from_slice(&texts(paths));
                (6, body)
            }
        };
        bytes.push(kind);
        put_bytes(&mut bytes, &body);
    }
    bytes
}

/// `u32` count, and each text.
pub(crate) fn texts(texts: &[impl AsRef<str>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_length(&mut bytes, texts.len());
    texts.iter().for_each(|text| put_text(&mut bytes, Some(text.as_ref())));
    bytes
}

/// `i64` modified, bytes and extra, each after its `u32` length.
pub(crate) fn content(content: &Content) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.bytes.len() + content.extra.len() + 16);
    bytes.extend_from_slice(&content.modified.to_be_bytes());
    put_bytes(&mut bytes, &content.bytes);
    put_bytes(&mut bytes, &content.extra);
    bytes
}

/// `u32` count, and each as key, `i64` token, `u8` whether there is a content, the content, `i64` size of a file or -1,
/// node, `u8` whether it has the same directory, `i64` when.
pub(crate) fn pending(pending: &[ToApply]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_length(&mut bytes, pending.len());
    for version in pending {
        put_text(&mut bytes, Some(&version.key));
        bytes.extend_from_slice(&version.token.to_be_bytes());
        bytes.push(u8::from(version.content.is_some()));
        bytes.extend(version.content.iter().flat_map(content));
        let size = version.file.map_or(-1, |size| i64::try_from(size).unwrap_or(i64::MAX));
        bytes.extend_from_slice(&size.to_be_bytes());
        put_text(&mut bytes, Some(&version.node));
        bytes.push(u8::from(version.same_directory));
        bytes.extend_from_slice(&version.when.to_be_bytes());
    }
    bytes
}

/// `u32` count, and each as id, key, node, `i64` when, reason.
pub(crate) fn conflicts(lost: &[Lost]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_length(&mut bytes, lost.len());
    for lost in lost {
        [&*lost.id, &lost.key, &lost.node].into_iter().for_each(|text| put_text(&mut bytes, Some(text)));
        bytes.extend_from_slice(&lost.when.to_be_bytes());
        put_text(&mut bytes, Some(&lost.reason));
    }
    bytes
}

fn log(level: Level, target: &str, message: &str) -> Vec<u8> {
    let level = match level {
        Level::ERROR => 0,
        Level::WARN => 1,
        Level::INFO => 2,
        Level::DEBUG => 3,
        Level::TRACE => 4,
    };
    let mut body = vec![level];
    put_text(&mut body, Some(target));
    put_text(&mut body, Some(message));
    body
}

fn status(entry: &Entry, local: bool) -> Vec<u8> {
    let record = entry.value.as_deref().and_then(Record::trusted);
    let mut body = vec![u8::from(record.is_none()), u8::from(local)];
    put_text(&mut body, Some(&entry.key));
    put_text(&mut body, record.and_then(|r| r.text(Text::Owner)));
    body.push(record.map_or(NO_PHASE, |r| r.phase() as u8));
    body
}

fn put_length(bytes: &mut Vec<u8>, length: usize) {
    // Everything that is put here is far smaller: a Java array holds no more than 2 GiB.
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(NULL - 1).to_be_bytes());
}

fn put_bytes(bytes: &mut Vec<u8>, value: &[u8]) {
    put_length(bytes, value.len());
    bytes.extend_from_slice(value);
}

fn put_text(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => put_bytes(bytes, text.as_bytes()),
        None => bytes.extend_from_slice(&NULL.to_be_bytes()),
    }
}
