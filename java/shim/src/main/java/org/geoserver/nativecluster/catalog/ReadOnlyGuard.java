// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogException;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogBeforeAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.ExtensionPriority;

/**
 * Refuses edits on a node that only takes those of others. GeoServer asks no listener before it removes an object: it is put
 * back before others hear of it, and the removal is reported as refused.
 */
final class ReadOnlyGuard implements CatalogListener, ExtensionPriority {
    private final Catalog catalog;

    ReadOnlyGuard(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Whether an event is an edit of this node, and not another node's change or what follows from it. */
    static boolean refuses(CatalogEvent event) {
        return !Applying.here() && Kind.of(event.getSource()) != null;
    }

    @Override
    public void handlePreAddEvent(CatalogBeforeAddEvent event) {
        refuse(event);
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        // the defaults follow from what was not refused
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        refuse(event);
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        // refused before
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (refuses(event)) {
            Kind.add(catalog.getFacade(), ModificationProxy.unwrap(event.getSource()));
        }
        refuse(event);
    }

    private static void refuse(CatalogEvent event) {
        if (refuses(event)) {
            throw new CatalogException("This node of the cluster is read-only (geoserver.cluster.read-only): edit on another node");
        }
    }

    @Override
    public void reloaded() {
        // GeoServer never calls it
    }

    /** Before the one that renames folders, which has the highest priority that GeoServer knows, 0. */
    @Override
    public int getPriority() {
        return -1;
    }
}
