// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerResourceLoader;

/**
 * Writes the catalog, unless another node did, into the data directory that both share. Of GeoServer's class, for a reload
 * removes it by that.
 */
final class QuietConfigPersister extends GeoServerConfigPersister {
    private final GeoServerConfigPersister persister;

    QuietConfigPersister(GeoServerConfigPersister persister, GeoServerResourceLoader loader, XStreamPersister xml) {
        super(loader, xml);
        this.persister = persister;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        if (!Applying.inMemoryOnly()) {
            persister.handleAddEvent(event);
        }
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (!Applying.inMemoryOnly()) {
            persister.handleModifyEvent(event);
        }
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (!Applying.inMemoryOnly()) {
            persister.handlePostModifyEvent(event);
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (!Applying.inMemoryOnly()) {
            persister.handleRemoveEvent(event);
        }
    }
}
