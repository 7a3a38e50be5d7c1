// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerExtensions;
import org.geotools.util.logging.Logging;

/**
 * GeoWebCache's listener, which renames a tile layer with its layer. It looks in the file for the old name; in a data directory
 * that both nodes share the other one has written the new one there, so the old one would stay listed.
 */
final class RenamedTiles implements CatalogListener {
    private static final List<String> NAMES = List.of("name", "prefix");
    private static final Logger LOGGER = Logging.getLogger(RenamedTiles.class);

    private final CatalogListener listener;

    RenamedTiles(CatalogListener listener) {
        this.listener = listener;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        listener.handleAddEvent(event);
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        listener.handleModifyEvent(event);
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        listener.handlePostModifyEvent(event);
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

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        listener.handleRemoveEvent(event);
    }

    @Override
    public void reloaded() {
        listener.reloaded();
    }
}
