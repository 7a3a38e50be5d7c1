// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogBeforeAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;

/** Takes the place of one of GeoServer's listeners, and hands on to it what it hears. */
abstract class ForwardingListener implements CatalogListener {
    private final CatalogListener listener;

    ForwardingListener(CatalogListener listener) {
        this.listener = listener;
    }

    @Override
    public void handlePreAddEvent(CatalogBeforeAddEvent event) {
        listener.handlePreAddEvent(event);
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
