// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;

/** Counts as GeoServer's does, which is known by its name: a save of the global configuration for each change but its own. */
public final class UpdateSequenceListener extends ConfigurationListenerAdapter implements CatalogListener {
    private final GeoServer geoServer;
    private boolean updating;

    public UpdateSequenceListener(GeoServer geoServer) {
        this.geoServer = geoServer;
        geoServer.addListener(this);
    }

    private void count() {
        if (!updating) {
            updating = true;
            GeoServerInfo global = geoServer.getGlobal();
            global.setUpdateSequence(global.getUpdateSequence() + 1);
            geoServer.save(global);
            updating = false;
        }
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        count();
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {}

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        count();
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        count();
    }

    @Override
    public void handlePostGlobalChange(GeoServerInfo global) {
        count();
    }

    @Override
    public void handlePostServiceChange(ServiceInfo service) {
        count();
    }

    @Override
    public void reloaded() {}
}
