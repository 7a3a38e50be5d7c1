// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.List;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.GeoServerResourcePersister;
import org.geoserver.config.util.XStreamPersisterFactory;

/** Puts those of GeoServer's listeners that write the catalog behind ones that do not where another node has written it. */
final class QuietListeners {
    private static final String TILES = "org.geoserver.gwc.layer.CatalogLayerEventListener";

    private final Catalog catalog;
    private final XStreamPersisterFactory factory;

    QuietListeners(Catalog catalog, XStreamPersisterFactory factory) {
        this.catalog = catalog;
        this.factory = factory;
    }

    /** Looks for listeners that are not covered yet: GeoServer adds its persisters anew with each reload. */
    void install() {
        for (CatalogListener listener : List.copyOf(catalog.getListeners())) {
            CatalogListener silent = silent(listener);
            if (silent != listener) {
                catalog.addListener(silent);
                catalog.removeListener(listener);
            }
        }
    }

    private CatalogListener silent(CatalogListener listener) {
        Class<?> type = listener.getClass();
        if (type == GeoServerConfigPersister.class) {
            return new QuietConfigPersister(
                    (GeoServerConfigPersister) listener, catalog.getResourceLoader(), factory.createXMLPersister());
        } else if (type == GeoServerResourcePersister.class) {
            return new QuietResourcePersister((GeoServerResourcePersister) listener, catalog);
        } else if (type.getName().equals(TILES)) {
            return new RenamedTiles(listener);
        }
        return listener;
    }
}
