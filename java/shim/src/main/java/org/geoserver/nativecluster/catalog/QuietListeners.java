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
 * Puts those of GeoServer's listeners that write the catalog behind ones that do not where another node has written it, and those
 * that make something follow from an edit behind ones that do not where that comes from the other node too.
 *
 * <p>GeoServer tells all of them of an edit, even if the first one refuses it: on a read-only node those that move or remove
 * something on disk are silent then, too.
 */
final class QuietListeners {
    /** Makes, changes and removes a layer's tiles with it. */
    private static final String TILES = "org.geoserver.gwc.layer.CatalogLayerEventListener";

    /** Renames a workspace with its namespace, and the reverse. */
    private static final String NAMES = "org.geoserver.catalog.NamespaceWorkspaceConsistencyListener";

    /** Renames and removes access rules with what they are for. */
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
        } else if (type.getName().equals(NAMES)) {
            return new QuietNames(listener);
        } else if (type.getName().equals(RULES)) {
            return new QuietRemover(listener, refused);
        }
        return listener;
    }
}
