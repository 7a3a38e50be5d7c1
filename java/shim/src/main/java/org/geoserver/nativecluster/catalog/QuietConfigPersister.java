// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.function.Predicate;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerResourceLoader;

/**
 * Writes the catalog, unless another node did, into the data directory that both share, or this node refuses the edit. Of
 * GeoServer's class, for a reload removes it by that.
 */
final class QuietConfigPersister extends GeoServerConfigPersister {
    private final GeoServerConfigPersister persister;
    private final Predicate<CatalogEvent> refused;

    QuietConfigPersister(
            GeoServerConfigPersister persister,
            GeoServerResourceLoader loader,
            XStreamPersister xml,
            Predicate<CatalogEvent> refused) {
        super(loader, xml);
        this.persister = persister;
        this.refused = refused;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        if (mustWrite(event)) {
            persister.handleAddEvent(event);
        }
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (mustWrite(event)) {
            persister.handleModifyEvent(event);
        }
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (mustWrite(event)) {
            persister.handlePostModifyEvent(event);
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
