// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

/** Which tiles go first. */
public enum ExpirationPolicy {}
