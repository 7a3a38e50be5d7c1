// SPDX-License-Identifier: GPL-2.0-or-later
//! The native library that the Java shim loads.
