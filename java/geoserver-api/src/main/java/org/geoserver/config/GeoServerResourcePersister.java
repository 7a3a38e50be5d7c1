// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogException;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;

/** Moves the files of what is renamed or removed. */
public class GeoServerResourcePersister implements CatalogListener {
    public GeoServerResourcePersister(Catalog catalog) {}

    @Override
    public void handleAddEvent(CatalogAddEvent catalogAddEvent) throws CatalogException {}

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent catalogPostModifyEvent) throws CatalogException {}

    @Override
    public void reloaded() {}

    @Override
    public void handleModifyEvent(CatalogModifyEvent catalogModifyEvent) {}

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent catalogRemoveEvent) {}
}
