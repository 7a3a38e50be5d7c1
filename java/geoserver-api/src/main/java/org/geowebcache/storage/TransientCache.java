// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage;

/** Tiles of the last requests. */
public class TransientCache {
    public TransientCache(int maximumTiles, int maximumKilobytes, long expireMillis) {}
}
