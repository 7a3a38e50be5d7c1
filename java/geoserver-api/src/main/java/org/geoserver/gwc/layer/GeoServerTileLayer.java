// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.layer;

import org.geoserver.catalog.PublishedInfo;
import org.geowebcache.grid.GridSetBroker;
import org.geowebcache.layer.TileLayer;

/** A layer of the catalog, as tiles. */
public class GeoServerTileLayer extends TileLayer {
    private final GeoServerTileLayerInfo info;

    public GeoServerTileLayer(PublishedInfo published, GridSetBroker gridSets, GeoServerTileLayerInfo info) {
        this.info = info;
    }

    public GeoServerTileLayerInfo getInfo() {
        return info;
    }

    @Override
    public String getName() {
        return info.getName();
    }

    @Override
    public String getBlobStoreId() {
        return null;
    }
}
