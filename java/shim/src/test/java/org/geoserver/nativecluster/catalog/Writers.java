// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.ArrayList;
import java.util.List;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.GeoServerResourcePersister;

/** GeoServer's listeners that write: they note what they would do. */
final class Writers {
    final List<String> done = new ArrayList<>();

    private void note(String what, CatalogEvent event) {
        done.add(what + " " + event.getSource());
    }

    GeoServerConfigPersister config() {
        return new GeoServerConfigPersister(null, null) {
            @Override
            public void handleAddEvent(CatalogAddEvent event) {
                note("write", event);
            }

            @Override
            public void handleModifyEvent(CatalogModifyEvent event) {
                note("rename", event);
            }

            @Override
            public void handlePostModifyEvent(CatalogPostModifyEvent event) {
                note("write", event);
            }

            @Override
            public void handleRemoveEvent(CatalogRemoveEvent event) {
                note("delete", event);
            }
        };
    }

    GeoServerResourcePersister resources() {
        return new GeoServerResourcePersister(null) {
            @Override
            public void handleModifyEvent(CatalogModifyEvent event) {
                note("move files of", event);
            }

            @Override
            public void handleRemoveEvent(CatalogRemoveEvent event) {
                note("remove files of", event);
            }
        };
    }
}
