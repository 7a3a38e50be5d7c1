// SPDX-License-Identifier: GPL-2.0-or-later
//! The clustering core: membership, replicated map, anti-entropy, WPS statuses. Sans-io.
