// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.List;
import java.util.function.Predicate;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.GeoServerResourcePersister;
import org.geoserver.config.util.XStreamPersisterFactory;

/**
 * Puts those of GeoServer's listeners that write the catalog behind ones that do not where another node has written it.
 *
 * <p>GeoServer tells all of them of an edit, even if the first one refuses it: on a read-only node those that move or remove
 * something on disk are silent then, too.
 */
final class QuietListeners {
    /** They remove what belongs to an object when it is removed: its tiles, its access rules. */
    private static final String TILES = "org.geoserver.gwc.layer.CatalogLayerEventListener";

    private static final String RULES = "org.geoserver.security.SecuredResourceNameChangeListener";

    private final Catalog catalog;
    private final XStreamPersisterFactory factory;
    private final Predicate<CatalogEvent> refused;

    /** @param refused which edits this node refuses */
    QuietListeners(Catalog catalog, XStreamPersisterFactory factory, Predicate<CatalogEvent> refused) {
        this.catalog = catalog;
        this.factory = factory;
        this.refused = refused;
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
                    (GeoServerConfigPersister) listener,
                    catalog,
                    catalog.getResourceLoader(),
                    factory.createXMLPersister(),
                    refused);
        } else if (type == GeoServerResourcePersister.class) {
            return new QuietResourcePersister((GeoServerResourcePersister) listener, catalog, refused);
        } else if (type.getName().equals(TILES)) {
            return new QuietRemover(new QuietTiles(listener), refused);
        } else if (type.getName().equals(RULES)) {
            return new QuietRemover(listener, refused);
        }
        return listener;
    }
}
