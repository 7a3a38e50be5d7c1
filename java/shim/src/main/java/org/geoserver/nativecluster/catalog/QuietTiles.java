// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerExtensions;
import org.geotools.util.logging.Logging;

/**
 * GeoWebCache's listener, which gives a new layer tiles of the usual settings, changes them with the layer, throws tiles away and
 * renames them. What another node edits comes with that node's settings and what it threw away, as entries of their own: here
 * remains what these do not say.
 *
 * <p>When it renames, it looks in the file for the old name; in a data directory that both nodes share the other one has
 * written the new one there, so the old one would stay listed.
 */
final class QuietTiles extends ForwardingListener {
    private static final List<String> NAMES = List.of("name", "prefix");
    private static final Logger LOGGER = Logging.getLogger(QuietTiles.class);

    QuietTiles(CatalogListener listener) {
        super(listener);
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        if (!comesByItself()) {
            super.handleAddEvent(event);
        }
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (!isOfLayer(event) || !comesByItself()) {
            super.handleModifyEvent(event);
        }
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (isOfLayer(event) && comesByItself()) {
            return;
        }
        super.handlePostModifyEvent(event);
        if (Applying.inMemoryOnly() && event.getPropertyNames().stream().anyMatch(NAMES::contains)) {
            GeoServerExtensions.extensions(TileLayerCatalog.class).forEach(QuietTiles::forgetOldNames);
        }
    }

    /** Not in a directory that both share: there the other node's settings are no entry, and GeoServer looks for them rarely. */
    private static boolean comesByItself() {
        return Applying.ofAnotherNode() && !Applying.inMemoryOnly();
    }

    /** Of what follows from its styles; its name and its bounds are its resource's. */
    private static boolean isOfLayer(CatalogEvent event) {
        return event.getSource() instanceof LayerInfo;
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
