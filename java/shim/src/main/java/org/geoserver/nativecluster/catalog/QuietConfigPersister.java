// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.List;
import java.util.function.Predicate;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
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
 * Writes the catalog, unless another node did, into the data directory that both share, or this node refuses the edit; what
 * another node edited is written when nobody has to wait for it any more. Of GeoServer's class, for a reload removes it by that.
 */
final class QuietConfigPersister extends GeoServerConfigPersister {
    /** Properties with which GeoServer moves files. */
    private static final List<String> MOVING = List.of("name", "workspace", "store");

    private final GeoServerConfigPersister persister;
    private final Catalog catalog;
    private final Predicate<CatalogEvent> refused;

    QuietConfigPersister(
            GeoServerConfigPersister persister,
            Catalog catalog,
            GeoServerResourceLoader loader,
            XStreamPersister xml,
            Predicate<CatalogEvent> refused) {
        super(loader, xml);
        this.persister = persister;
        this.catalog = catalog;
        this.refused = refused;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        if (mustWrite(event)) {
            later(event, () -> persister.handleAddEvent(event));
        }
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        if (mustWrite(event)) {
            if (event.getPropertyNames().stream().anyMatch(MOVING::contains)) {
                Applying.now();
            }
            persister.handleModifyEvent(event);
        }
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (mustWrite(event)) {
            later(event, () -> persister.handlePostModifyEvent(event));
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (mustWrite(event)) {
            Applying.now();
            persister.handleRemoveEvent(event);
        }
    }

    /** The object is written as it is then, unless somebody has removed it. */
    private void later(CatalogEvent event, Runnable write) {
        CatalogInfo object = event.getSource();
        Kind kind = Kind.of(object);
        Applying.later(() -> {
            if (kind == null || kind.find(catalog, object.getId()) != null) {
                write.run();
            }
        });
    }

    private boolean mustWrite(CatalogEvent event) {
        return !Applying.inMemoryOnly() && !refused.test(event);
    }
}
