// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.layer;

/** A layer of tiles. */
public abstract class TileLayer {
    public TileLayer() {}

    public abstract String getName();

    public abstract String getBlobStoreId();
}
