// SPDX-License-Identifier: GPL-2.0-or-later
//! Reads hazelcast.xml and the environment.
