// SPDX-License-Identifier: GPL-2.0-or-later
//! Deterministic simulator of the core.
