// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.event;

import org.geoserver.catalog.CatalogException;

/** Hears of each edit of the catalog. */
public interface CatalogListener {
    default void handlePreAddEvent(CatalogBeforeAddEvent catalogBeforeAddEvent) throws CatalogException {}

    void handleAddEvent(CatalogAddEvent catalogAddEvent) throws CatalogException;

    void handleRemoveEvent(CatalogRemoveEvent catalogRemoveEvent) throws CatalogException;

    void handleModifyEvent(CatalogModifyEvent catalogModifyEvent) throws CatalogException;

    void handlePostModifyEvent(CatalogPostModifyEvent catalogPostModifyEvent) throws CatalogException;

    void reloaded();
}
