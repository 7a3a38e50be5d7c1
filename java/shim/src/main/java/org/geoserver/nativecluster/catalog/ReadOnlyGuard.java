// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.CatalogException;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogBeforeAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.ExtensionPriority;

/**
 * Refuses edits on a node that only takes those of others. GeoServer asks no listener before it removes an object: a removal
 * is reported as refused and undone.
 */
final class ReadOnlyGuard implements CatalogListener, ExtensionPriority {
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
        refuse(event);
    }

    private static void refuse(CatalogEvent event) {
        if (!Applying.here() && Kind.of(event.getSource()) != null) {
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
