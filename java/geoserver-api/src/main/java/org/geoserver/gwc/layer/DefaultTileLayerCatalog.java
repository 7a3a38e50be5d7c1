// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.layer;

import java.io.IOException;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geowebcache.config.XMLConfiguration;

/** The usual one: a file for each. */
public class DefaultTileLayerCatalog implements TileLayerCatalog {
    public DefaultTileLayerCatalog(GeoServerResourceLoader loader, XMLConfiguration configuration) throws IOException {}

    @Override
    public GeoServerTileLayerInfo getLayerById(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public GeoServerTileLayerInfo getLayerByName(String name) {
        throw new UnsupportedOperationException();
    }

    public GeoServerTileLayerInfo save(GeoServerTileLayerInfo info) {
        throw new UnsupportedOperationException();
    }

    public GeoServerTileLayerInfo delete(String id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void initialize() {}
}
