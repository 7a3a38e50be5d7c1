// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;

/**
 * GeoServer's listener that renames, isolates and removes a workspace with the namespace of its name, and the reverse. Of another
 * node's edit both come, and defaults are set together: to rename the one with the other would make it depend on their order what they are called, and where a
 * workspace has no namespace, rename or remove a third.
 */
final class QuietNames extends ForwardingListener {
    QuietNames(CatalogListener listener) {
        super(listener);
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (!bothCome(event)) {
            super.handleModifyEvent(event);
        }
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (!bothCome(event)) {
            super.handlePostModifyEvent(event);
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (!bothCome(event)) {
            super.handleRemoveEvent(event);
        }
    }

    private static boolean bothCome(CatalogEvent event) {
        Object source = event.getSource();
        boolean isNamed = source instanceof WorkspaceInfo || source instanceof NamespaceInfo || source instanceof Catalog;
        return isNamed && Applying.ofAnotherNode();
    }
}
