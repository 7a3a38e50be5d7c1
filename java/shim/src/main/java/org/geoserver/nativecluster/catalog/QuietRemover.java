// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.function.Predicate;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogRemoveEvent;

/** Removes what belongs to a removed object, unless this node refuses the removal: then the object stays. */
final class QuietRemover extends ForwardingListener {
    private final Predicate<CatalogEvent> refused;

    QuietRemover(CatalogListener remover, Predicate<CatalogEvent> refused) {
        super(remover);
        this.refused = refused;
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (!refused.test(event)) {
            super.handleRemoveEvent(event);
        }
    }
}
