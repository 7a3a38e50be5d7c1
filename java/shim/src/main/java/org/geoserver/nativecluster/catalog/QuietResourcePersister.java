// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.function.Predicate;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.GeoServerResourcePersister;
import org.geoserver.nativecluster.active.Applying;

/**
 * Moves the files of what was renamed or removed, unless another node did, in the data directory that both share, or this
 * node refuses the edit. Of GeoServer's class, for a reload removes it by that.
 */
final class QuietResourcePersister extends GeoServerResourcePersister {
    private final GeoServerResourcePersister persister;
    private final Predicate<CatalogEvent> refused;

    QuietResourcePersister(
            GeoServerResourcePersister persister, Catalog catalog, Predicate<CatalogEvent> refused) {
        super(catalog);
        this.persister = persister;
        this.refused = refused;
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (mustWrite(event)) {
            persister.handleModifyEvent(event);
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (mustWrite(event)) {
            persister.handleRemoveEvent(event);
        }
    }

    private boolean mustWrite(CatalogEvent event) {
        return !Applying.inMemoryOnly() && !refused.test(event);
    }
}
