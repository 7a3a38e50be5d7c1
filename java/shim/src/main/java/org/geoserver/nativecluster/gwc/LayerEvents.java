// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.LayerGroupInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.gwc.GWC;
import org.geoserver.gwc.layer.GeoServerTileLayer;
import org.geoserver.nativecluster.active.Applying;

/**
 * GeoWebCache follows the catalog: it gives tiles to a new layer, renames and removes them with it. Where that follows another
 * node's edit it is nobody's edit here: the other node's own settings come with an entry of their own.
 */
final class LayerEvents implements CatalogListener {
    private final TileLayers layers;
    private final Catalog catalog;
    private final Supplier<GWC> gwc;

    LayerEvents(TileLayers layers, Catalog catalog, Supplier<GWC> gwc) {
        this.layers = layers;
        this.catalog = catalog;
        this.gwc = gwc;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        touched(event.getSource());
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        touched(event.getSource());
    }

    /** The names are still the old ones. */
    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        CatalogInfo source = event.getSource();
        boolean renamed = event.getPropertyNames().contains("name");
        if (Applying.here() && renamed && source instanceof StyleInfo) {
            List<String> names = new ArrayList<>();
            for (GeoServerTileLayer layer : gwc.get().getTileLayersForStyle(((StyleInfo) source).prefixedName())) {
                names.add(layer.getName());
            }
            layers.touched(names);
        } else if (Applying.here() && renamed && source instanceof WorkspaceInfo) {
            String workspace = ((WorkspaceInfo) source).getName();
            catalog.getLayers().stream()
                    .filter(layer -> workspace.equals(layer.getResource().getStore().getWorkspace().getName()))
                    .forEach(this::touched);
            catalog.getLayerGroupsByWorkspace(workspace).forEach(this::touched);
        }
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        touched(event.getSource());
    }

    private void touched(CatalogInfo object) {
        if (!Applying.here()) {
            return;
        }
        if (object instanceof LayerInfo || object instanceof LayerGroupInfo) {
            Applying.touched(layers.key(object.getId()));
        } else if (object instanceof ResourceInfo) {
            catalog.getLayers((ResourceInfo) object).forEach(layer -> Applying.touched(layers.key(layer.getId())));
        }
    }

    @Override
    public void reloaded() {}
}
