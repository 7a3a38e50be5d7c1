// SPDX-License-Identifier: GPL-2.0-or-later
//! Handles: how Java names a member. They are numbers in a table and not addresses, so that one that was closed, or never
//! given, is an error and not a crash.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use gs_cluster_net::cluster::Cluster;
use once_cell::sync::Lazy;

use crate::guard::Failure;

static NEXT: AtomicI64 = AtomicI64::new(1);
static RUNNING: Lazy<RwLock<HashMap<i64, Arc<Cluster>>>> = Lazy::new(RwLock::default);

pub(crate) fn give(cluster: Arc<Cluster>) -> i64 {
    let handle = NEXT.fetch_add(1, Ordering::Relaxed);
    RUNNING.write().unwrap_or_else(PoisonError::into_inner).insert(handle, cluster);
    handle
}

/// The member lives at least until the caller drops what it gets, whoever stops it meanwhile.
pub(crate) fn get(handle: i64) -> Result<Arc<Cluster>, Failure> {
    let running = RUNNING.read().unwrap_or_else(PoisonError::into_inner);
    running.get(&handle).cloned().ok_or_else(Failure::closed)
}

pub(crate) fn take(handle: i64) -> Option<Arc<Cluster>> {
    RUNNING.write().unwrap_or_else(PoisonError::into_inner).remove(&handle)
}
