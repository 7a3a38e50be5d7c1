// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.GeoServerResourcePersister;
import org.geoserver.nativecluster.active.Applying;

/**
 * Moves the files of what was renamed or removed, unless another node did, in the data directory that both share. Of GeoServer's
 * class, for a reload removes it by that.
 */
final class QuietResourcePersister extends GeoServerResourcePersister {
    private final GeoServerResourcePersister persister;

    QuietResourcePersister(GeoServerResourcePersister persister, Catalog catalog) {
        super(catalog);
        this.persister = persister;
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (!Applying.inMemoryOnly()) {
            persister.handleModifyEvent(event);
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (!Applying.inMemoryOnly()) {
            persister.handleRemoveEvent(event);
        }
    }
}
