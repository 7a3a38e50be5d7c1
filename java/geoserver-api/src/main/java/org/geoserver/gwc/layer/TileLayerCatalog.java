// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.layer;

/** Settings of all layers' tiles. */
public interface TileLayerCatalog {
    GeoServerTileLayerInfo getLayerById(String id);

    GeoServerTileLayerInfo getLayerByName(String name);

    void initialize();
}
