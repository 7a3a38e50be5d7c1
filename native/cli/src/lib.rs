// SPDX-License-Identifier: GPL-2.0-or-later
//! gscluster: check a configuration, probe a network, watch a cluster.
