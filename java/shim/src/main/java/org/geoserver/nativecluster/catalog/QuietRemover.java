// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.function.Predicate;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogBeforeAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;

/** Removes what belongs to a removed object, unless this node refuses the removal: then the object stays. */
record QuietRemover(CatalogListener remover, Predicate<CatalogEvent> refused) implements CatalogListener {
    @Override
    public void handlePreAddEvent(CatalogBeforeAddEvent event) {
        remover.handlePreAddEvent(event);
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        remover.handleAddEvent(event);
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        remover.handleModifyEvent(event);
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        remover.handlePostModifyEvent(event);
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (!refused.test(event)) {
            remover.handleRemoveEvent(event);
        }
    }

    @Override
    public void reloaded() {
        remover.reloaded();
    }
}
