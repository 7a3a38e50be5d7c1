// SPDX-License-Identifier: GPL-2.0-or-later
//! A virtual machine: an address, clocks that are wrong, a disk, and the member that runs on it at the moment.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use gs_cluster_core::{
    entry::{Entry, MapId},
    id::{MemberId, Peer},
    node::Node,
    time::Now,
};

use crate::{
    disk::Disk,
    network::Envelope,
    plan::{MS, Micros},
};

/// Wall-clock time at the start of each run, milliseconds since the epoch.
const EPOCH_MS: u64 = 1_750_000_000_000;
/// The plain map that clients write to: the last write wins.
pub const PLAIN: MapId = MapId(100);
/// The maps that are read as a feed.
pub const FEEDS: [MapId; 2] = [MapId::STATUS, PLAIN];

/// See the [module](self).
#[derive(Debug)]
pub struct Host {
    /// Its number.
    pub index: usize,
    /// Its address.
    pub addr: SocketAddr,
    /// The member that runs on it, or ran last.
    pub peer: Peer,
    /// How many members have run on it.
    pub starts: u32,
    /// The member.
    pub node: Option<Node>,
    /// What survives a crash.
    pub disk: Disk,
    /// The member that wrote to the disk last.
    pub writer: Option<MemberId>,
    /// How wrong its wall clock is, milliseconds.
    pub wrong_ms: i64,
    /// Where its monotonic clock began.
    pub mono_origin: Duration,
    /// When the member started.
    pub started: Micros,
    /// Until when it does not run, though it is not dead.
    pub paused_until: Option<Micros>,
    /// When it last ran again after a pause.
    pub resumed: Micros,
    /// What came while it did not run.
    pub inbox: Vec<Envelope>,
    /// When the core is polled next.
    pub wake_at: Micros,
    /// Until when its disk is slow.
    pub slow_disk_until: Micros,
    /// Reads the feeds.
    pub readers: BTreeMap<MapId, Reader>,
}

/// One that follows a feed, as the driver of a host application does.
#[derive(Debug, Default)]
pub struct Reader {
    /// Where to go on.
    pub position: u64,
    /// What it knows of: the live entries.
    pub view: BTreeMap<Arc<str>, Arc<Entry>>,
}

impl Host {
    /// A machine on which nothing runs yet.
    pub fn new(index: usize, wrong_ms: i64) -> Self {
        let last = u8::try_from(index % 250).unwrap_or(0);
        let third = u8::try_from(index / 250).unwrap_or(0);
        let addr = SocketAddr::from((Ipv4Addr::new(10, 0, third, last + 1), 5701));
        Self {
            index,
            addr,
            peer: Peer { id: MemberId(0), addr },
            starts: 0,
            node: None,
            disk: Disk::default(),
            writer: None,
            wrong_ms,
            mono_origin: Duration::from_secs(index as u64 * 1_000),
            started: 0,
            paused_until: None,
            resumed: 0,
            inbox: Vec::new(),
            wake_at: Micros::MAX,
            slow_disk_until: 0,
            readers: BTreeMap::new(),
        }
    }

    /// What its clocks say.
    pub fn clocks(&self, now: Micros) -> Now {
        let wall_ms = (EPOCH_MS + now / MS).saturating_add_signed(self.wrong_ms);
        Now { mono: self.mono_origin + Duration::from_micros(now), wall_ms }
    }

    /// A moment of its monotonic clock as virtual time.
    pub fn virtual_time(&self, mono: Duration) -> Micros {
        u64::try_from(mono.saturating_sub(self.mono_origin).as_micros()).unwrap_or(u64::MAX)
    }

    /// Whether its member runs.
    pub fn is_up(&self) -> bool {
        self.node.is_some()
    }

    /// Whether its member runs and reacts.
    pub fn reacts(&self) -> bool {
        self.node.is_some() && self.paused_until.is_none()
    }
}
