// SPDX-License-Identifier: GPL-2.0-or-later
//! A running member of a cluster: what the JNI library and the command line hold.
//!
//! ```text
//! caller's thread ──> Cluster ──> Driver::with (locks the core's Node, carries out its effects) ──> Transport, Store, View
//! runtime's threads: Transport ──> Driver (Handler) ──┘            discovery ──> Driver::announce
//! ```
//!
//! The lock is held while the core computes and its effects are handed on, never while anything is waited for: every
//! effect goes into a queue or a map. Reads of statuses take no lock at all (`view`).

mod driver;
mod events;
mod file_calls;
mod log;
mod persist;
mod report;
mod seal;
mod shared;
mod view;
mod waiting;
mod whole_file;

use std::{
    fmt,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use gs_cluster_config::Config;
use gs_cluster_core::{
    active::Setup,
    command::{ANSWERED, Command},
    entry::MapId,
    id::{MemberId, Peer},
    node::{Refusal, Settings},
    wps::{
        Phase,
        query::{BadQuery, Filter, Query},
    },
};
use tokio::{runtime::Runtime, sync::mpsc};

use crate::{
    auth::{ClusterKey, Identity},
    discovery::{self, Discovery},
    files::Roots,
    store::{Store, StoreError},
    tls::{Tls, TlsError},
    transport::{BindError, Listener, Transport},
    watch::Watches,
};
use driver::Driver;
pub use events::{Event, EventQueue};
pub use report::Report;
use seal::Sealer;
pub use shared::{Content, Here, Lost, MAX_CONTENT, MAX_INLINE, Shared, SharedError, Telling, ToApply};
use shared::{SHARED_FILES, Shares};

/// Threads of the runtime: one may be busy with a large batch while the other answers a heartbeat.
const WORKERS: usize = 2;
/// Under this name the folder with the processes' files is served.
const WPS_FILES: &str = "wps";
/// Why there is no active clustering where nobody asked for it.
const NOT_ACTIVE: &str = "Active clustering is off: set geoserver.cluster.active to true on this node";
/// Why there is none where somebody did.
const PUBLIC_SECRET: &str = "Active clustering stays off: it needs a secret of your own, and this cluster has the documented \
                             default, which everybody knows. Set <group><password> in hazelcast.xml, or \
                             GEOSERVER_CLUSTER_SECRET, to one of your own on all nodes. WPS works as before.";
/// How long an open connection is given to take what is queued, when the member leaves.
const DRAIN: Duration = Duration::from_millis(500);
/// Most found addresses that wait to be announced to: discovery waits for a place.
const SEEDS: usize = 64;

/// What the host decides.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// Node-local folder of the durable store; `None`: nothing survives a stop.
    pub state_dir: Option<PathBuf>,
    /// Version of the extension, for the others to see.
    pub version: String,
}

/// Why a member could not start. Nothing of it is left.
#[derive(Debug)]
pub enum StartError {
    /// No port to listen on.
    Bind(BindError),
    /// The durable store cannot be used.
    Store(StoreError),
    /// The certificates cannot be used.
    Tls(TlsError),
    /// The system refuses threads or randomness.
    System(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Bind(e) => e.fmt(f),
            StartError::Store(e) => e.fmt(f),
            StartError::Tls(e) => e.fmt(f),
            StartError::System(e) => write!(f, "the system refuses what a node needs: {e}"),
        }
    }
}

impl std::error::Error for StartError {}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is written; if that was waited for, every live member has it.
    Done,
    /// It is written, but some live member has not said in time that it has it. It will get it when it can.
    NotEverywhere,
    /// Nothing changed: the phase may not follow this one.
    Refused(Phase),
    /// Nothing changed: the status was removed, or given up, before.
    Ignored,
}

/// A status [record](gs_cluster_core::wps::record), shared with the replica.
pub type StatusBytes = Arc<[u8]>;

/// See the [module](self). Dropping it stops the member.
#[derive(Debug)]
pub struct Cluster {
    driver: Arc<Driver>,
    runtime: Mutex<Option<Running>>,
    /// `None`: files are neither served nor fetched, because all nodes have one folder.
    roots: Option<Roots>,
    /// Of active clustering; or why it is off.
    shares: Result<Arc<Shares>, &'static str>,
    /// Watched folders, in the order in which they came.
    watches: Mutex<Option<Watches>>,
}

type Started = (Arc<Driver>, Roots, Discovery, Transport, Result<Arc<Shares>, &'static str>);

/// What has to be stopped, in this order.
#[derive(Debug)]
struct Running {
    discovery: Discovery,
    transport: Transport,
    runtime: Runtime,
}

impl Cluster {
    /// Starts a member. It looks for others from now on; it does not wait for them.
    ///
    /// # Errors
    /// [`StartError`], with what to do.
    pub fn start(config: &Config, host: &HostOptions) -> Result<Arc<Self>, StartError> {
        let events = Arc::new(EventQueue::default());
        let logging = log::dispatch(events.clone());
        let in_threads = logging.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .max_blocking_threads(WORKERS)
            .thread_name("gs-cluster")
            .enable_all()
            .on_thread_start(move || log::adopt(&in_threads))
            .build()
            .map_err(StartError::System)?;
        let (driver, roots, discovery, transport, shares) = {
            let _entered = runtime.enter();
            let start = || Self::start_in(config, host, events, &logging, &runtime);
            tracing::dispatcher::with_default(&logging, start)?
        };
        let running = Running { discovery, transport, runtime };
        let roots = config.files.then_some(roots);
        let watches = Mutex::default();
        Ok(Arc::new(Self { driver, runtime: Mutex::new(Some(running)), roots, shares, watches }))
    }

    fn start_in(
        config: &Config,
        host: &HostOptions,
        events: Arc<EventQueue>,
        logging: &tracing::Dispatch,
        runtime: &Runtime,
    ) -> Result<Started, StartError> {
        let listener = Listener::bind(&config.network).map_err(StartError::Bind)?;
        let tls = match &config.tls {
            None => Tls::ephemeral(),
            Some(own) => Tls::mutual(&own.authority_file, &own.certificate_file, &own.key_file),
        }
        .map_err(StartError::Tls)?;
        let (addr, listening) = (listener.advertised(), listener.local());
        let name = config.instance_name.clone().unwrap_or_else(|| format!("{}:{}", host_name(), addr.port()));
        let (store, stored) = match &host.state_dir {
            None => (None, Default::default()),
            Some(dir) => {
                let failed = {
                    let logging = logging.clone();
                    move |why: &str| {
                        tracing::dispatcher::with_default(&logging, || {
                            tracing::error!(
                                "statuses are no longer written to disk, and a stop of all nodes would lose them: {why}"
                            );
                        });
                    }
                };
                let owner = format!("{name}, process {}", std::process::id());
                let (store, loaded) = Store::open(dir, &owner, Box::new(failed)).map_err(StartError::Store)?;
                if let Some(damaged) = &loaded.set_aside {
                    tracing::error!("{damaged}");
                }
                (Some(store), persist::stored(loaded))
            }
        };
        let key = ClusterKey::derive(&config.cluster_name, config.secret.expose());
        let shares = match (config.active, config.is_active()) {
            (_, true) => Ok(Arc::new(Shares::new(Sealer::new(&key).map_err(|_| StartError::System(no_cipher()))?))),
            (true, false) => Err(PUBLIC_SECRET),
            (false, false) => Err(NOT_ACTIVE),
        };
        let id = MemberId(driver::random().map_err(StartError::System)?);
        let settings = Settings {
            orphan_grace: config.orphan_grace,
            status_life: [config.status_map.time_to_live, config.status_map.max_idle].into_iter().flatten().min(),
            ..Settings::default()
        };
        let driver = Arc::new(Driver::new(
            driver::Start {
                me: Peer { id, addr },
                name: name.clone(),
                version: host.version.clone(),
                settings,
                setup: Setup { on: shares.is_ok(), read_only: config.read_only, node: name.clone() },
                stored,
            },
            Report::new(config, shares.as_ref().err().copied().filter(|_| config.active)),
            store,
            events,
            logging.clone(),
        )?);
        let me = Identity { member: id.0, name: name.clone(), advertised: addr, key: key.clone() };
        let roots = Roots::default();
        if let Ok(shares) = &shares {
            let (shares, driver) = (shares.clone(), Arc::downgrade(&driver));
            roots.find(SHARED_FILES, Arc::new(move |asked| shares.served(&*driver.upgrade()?, asked)));
        }
        let transport = Transport::start(listener, me, tls, roots.clone(), driver.clone(), runtime.handle());
        driver.connect(transport.clone());
        let me = discovery::Me {
            member: id.0,
            name,
            advertised: addr,
            listening,
            key: ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key.subkey("discovery beacon")),
            cluster: *key.name_hash(),
        };
        let (found, seeds) = mpsc::channel(SEEDS);
        let discovery = discovery::start(config, me, found, driver.lonely());
        driver.hold_back_until(discovery.required_missing());
        runtime.spawn(driver.clone().follow(seeds));
        runtime.spawn(driver.clone().keep_time());
        Ok((driver, roots, discovery, transport, shares))
    }

    /// The member's id, new at every start.
    pub fn id(&self) -> MemberId {
        self.driver.me().id
    }

    /// Where the others reach it.
    pub fn addr(&self) -> SocketAddr {
        self.driver.me().addr
    }

    /// What the state of the cluster is, as JSON.
    pub fn status(&self) -> String {
        self.driver.status()
    }

    /// What happened: to be asked again and again by one thread of the host.
    pub fn events(&self) -> &EventQueue {
        self.driver.events()
    }

    /// The next events, or none after `timeout`. `None`: the member has stopped.
    pub fn next(&self, timeout: Duration) -> Option<Vec<Event>> {
        self.driver.next(timeout)
    }

    /// Saves a status [record](gs_cluster_core::wps::record). With `all`, waits until every live member has it, at most
    /// for `timeout`.
    ///
    /// # Errors
    /// The record is none, or too large. Nothing changed.
    pub fn status_save(&self, record: &[u8], all: bool, timeout: Duration) -> Result<Saved, Refusal> {
        let written = self.driver.write(all, |node, now| node.save_status(record, all, now));
        match written {
            Ok(None) => Ok(Saved::Done),
            Ok(Some(waiting)) => Ok(if waiting.wait(timeout) { Saved::Done } else { Saved::NotEverywhere }),
            Err(Refusal::Transition(previous)) => Ok(Saved::Refused(previous)),
            Err(Refusal::Outranked) => Ok(Saved::Ignored),
            Err(other) => Err(other),
        }
    }

    /// The record of a status. What is not held here is asked of the others, for at most `remote`.
    pub fn status_get(&self, id: &str, remote: Duration) -> Option<StatusBytes> {
        if let Some(known) = self.driver.view().get(id) {
            return known;
        }
        if remote.is_zero() {
            return None;
        }
        self.driver.ask(MapId::STATUS, id, remote)?.value.clone()
    }

    /// Removes a status for good; its record.
    pub fn status_remove(&self, id: &str) -> Option<StatusBytes> {
        self.driver.with(|node, now| node.remove_status(id, now)).and_then(|entry| entry.value.clone())
    }

    /// The number of statuses that match, and the records on the page that is asked for.
    ///
    /// # Errors
    /// The bytes are no query.
    pub fn status_query(&self, query: &[u8]) -> Result<(usize, Vec<StatusBytes>), BadQuery> {
        Ok(self.driver.view().query(&Query::parse(query)?))
    }

    /// Removes the statuses that match; how many.
    ///
    /// # Errors
    /// The bytes are no filter.
    pub fn status_remove_where(&self, filter: &[u8]) -> Result<usize, BadQuery> {
        let filter = Filter::parse(filter)?;
        let matching = self.driver.view().matching(&filter);
        Ok(matching.iter().filter(|id| self.status_remove(id).is_some()).count())
    }

    /// Asks a member's host for something; its reply, if it comes within `timeout`.
    pub fn request(&self, to: MemberId, payload: &[u8], timeout: Duration) -> Option<Arc<[u8]>> {
        self.driver.request(to, payload, timeout)
    }

    /// Answers a [request](Event::Request). Nothing happens if it was answered or given up already.
    pub fn reply(&self, request: &str, payload: &[u8]) {
        // Refused only if nobody waits any more.
        let _ = self.driver.write(false, |node, now| {
            let waits = node.replica().get(MapId::COMMAND, request).and_then(|e| Command::decode(e.value.as_deref()?));
            match waits {
                Some(_) => node.put(MapId::COMMAND, request, Some(payload.into()), ANSWERED, false, now),
                None => Ok(None),
            }
        });
    }

    /// Leaves the cluster, writes what is not yet on disk, and ends all threads; takes at most about `deadline`. A second
    /// call returns at once.
    pub fn stop(&self, deadline: Duration) {
        let Some(Running { discovery, transport, runtime }) = self.running().take() else { return };
        drop(std::mem::take(&mut *self.watches.lock().unwrap_or_else(PoisonError::into_inner)));
        let until = Instant::now() + deadline;
        let left = || until.saturating_duration_since(Instant::now());
        runtime.block_on(async {
            let _ = tokio::time::timeout(left(), discovery.stop()).await;
            self.driver.leave();
            let _ = tokio::time::timeout(left(), transport.close(DRAIN.min(left()))).await;
        });
        self.driver.close_store(left());
        runtime.shutdown_timeout(left());
        self.driver.events().close();
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.runtime.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop(Duration::from_secs(2));
    }
}

fn no_cipher() -> std::io::Error {
    std::io::Error::other("the cipher for shared contents cannot be set up")
}

fn host_name() -> String {
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    name.unwrap_or_else(|| "localhost".to_owned())
}
