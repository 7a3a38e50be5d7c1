// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.util.List;
import java.util.function.Consumer;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.PublishedInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;

/**
 * Tells of the layers whose tiles may have another name than they, and of those that were removed. GeoWebCache renames tiles with a
 * workspace, but a layer has the prefix of its namespace, and of another node's edit the one comes without the other. A layer that is
 * removed in between leaves its tiles behind, for GeoWebCache looks for them by its name.
 */
final class TileNames implements CatalogListener {
    private final Catalog catalog;
    private final Consumer<PublishedInfo> renamed;
    private final Consumer<PublishedInfo> removed;

    TileNames(Catalog catalog, Consumer<PublishedInfo> renamed, Consumer<PublishedInfo> removed) {
        this.catalog = catalog;
        this.renamed = renamed;
        this.removed = removed;
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (!Applying.here()) {
            return;
        }
        if (event.getSource() instanceof NamespaceInfo namespace) {
            catalog.getResourcesByNamespace(namespace, ResourceInfo.class).forEach(this::tell);
        } else if (event.getSource() instanceof ResourceInfo resource) {
            tell(resource);
        }
    }

    private void tell(ResourceInfo resource) {
        List.copyOf(catalog.getLayers(resource)).forEach(renamed);
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        // its tiles come with their name
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        // not committed yet
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (event.getSource() instanceof PublishedInfo published) {
            removed.accept(published);
        }
    }

    @Override
    public void reloaded() {
        // GeoServer never calls it
    }
}
