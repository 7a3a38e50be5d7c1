// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerExtensions;
import org.geotools.util.logging.Logging;

/**
 * GeoWebCache's listener, which renames a tile layer with its layer. It looks in the file for the old name; in a data directory
 * that both nodes share the other one has written the new one there, so the old one would stay listed.
 */
final class RenamedTiles extends ForwardingListener {
    private static final List<String> NAMES = List.of("name", "prefix");
    private static final Logger LOGGER = Logging.getLogger(RenamedTiles.class);

    RenamedTiles(CatalogListener listener) {
        super(listener);
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        super.handlePostModifyEvent(event);
        if (Applying.inMemoryOnly() && event.getPropertyNames().stream().anyMatch(NAMES::contains)) {
            GeoServerExtensions.extensions(TileLayerCatalog.class).forEach(RenamedTiles::forgetOldNames);
        }
    }

    private static void forgetOldNames(TileLayerCatalog layers) {
        try {
            Field byName = layers.getClass().getDeclaredField("layersByName");
            byName.setAccessible(true);
            Map<?, ?> idsByName = (Map<?, ?>) byName.get(layers);
            idsByName.entrySet().removeIf(entry -> {
                GeoServerTileLayerInfo layer = layers.getLayerById((String) entry.getValue());
                return layer == null || !layer.getName().equals(entry.getKey());
            });
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOGGER.log(Level.FINE, "Tile layers may be listed under the names that they had", e);
        }
    }
}
