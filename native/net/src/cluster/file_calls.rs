// SPDX-License-Identifier: GPL-2.0-or-later
//! The calls of a member that are about files.

use std::{path::Path, sync::PoisonError, time::Duration};

use gs_cluster_core::id::MemberId;

use super::{Cluster, WPS_FILES};
use crate::{
    files,
    watch::{WatchError, Watches},
};

impl Cluster {
    /// The folder whose files are served to the other members.
    pub fn set_files_root(&self, folder: &Path) {
        if let Some(roots) = &self.roots {
            roots.set(WPS_FILES, folder.to_owned());
        }
    }

    /// Copies a file of a process to `target`, from `first` if that member has it, or from another; its size in bytes.
    /// `None`: no live member has it. `silence`: how long a member may send nothing before the next is asked.
    pub fn fetch(
        &self,
        execution: &str,
        path: &str,
        target: &Path,
        first: Option<MemberId>,
        silence: Duration,
    ) -> Option<u64> {
        self.roots.as_ref()?;
        let relative = format!("{execution}/{path}");
        let wanted = files::Wanted { root: WPS_FILES, relative: &relative, version: None };
        self.fetch_wanted(&wanted, target, first, silence)
    }

    pub(super) fn fetch_wanted(
        &self,
        wanted: &files::Wanted<'_>,
        target: &Path,
        first: Option<MemberId>,
        silence: Duration,
    ) -> Option<u64> {
        let mut peers = self.driver.peers();
        peers.sort_by_key(|p| Some(p.id) != first);
        let (transport, handle) = {
            let running = self.running();
            let running = running.as_ref()?;
            (running.transport.clone(), running.runtime.handle().clone())
        };
        peers.into_iter().find_map(|peer| {
            let fetched = files::fetch(&transport, peer.addr, wanted, target, silence);
            match handle.block_on(fetched) {
                Ok(size) => size,
                Err(error) => {
                    let what = wanted.relative;
                    self.driver.logged(|| tracing::warn!("{what} could not be fetched from {}: {error}", peer.addr));
                    None
                }
            }
        })
    }

    /// Watches a folder for changed files; names the watch in [`Event::Files`]. It ends with the member.
    ///
    /// # Errors
    /// The system refuses; what to do.
    pub fn watch(&self, root: &Path, excluded: &[String]) -> Result<u64, WatchError> {
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        let watches = match &mut *watches {
            Some(watches) => watches,
            none => {
                let driver = self.driver.clone();
                let told = Box::new(move |number, paths| driver.events().files_changed(number, paths));
                none.insert(self.driver.logged(|| Watches::start(told))?)
            }
        };
        watches.watch(root, excluded)
    }
}
