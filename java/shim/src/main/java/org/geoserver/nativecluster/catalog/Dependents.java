// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.List;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.LayerGroupInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.StoreInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.impl.ModificationProxy;

/** What in a catalog needs an object, so that it cannot be removed yet. */
final class Dependents {
    private Dependents() {}

    /** One that needs the object, or null. */
    static CatalogInfo first(Catalog catalog, CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace) {
            return firstOf(
                    catalog.getStoresByWorkspace(workspace, StoreInfo.class),
                    catalog.getStylesByWorkspace(workspace),
                    catalog.getLayerGroupsByWorkspace(workspace));
        } else if (object instanceof NamespaceInfo namespace) {
            return firstOf(catalog.getResourcesByNamespace(namespace, ResourceInfo.class));
        } else if (object instanceof StoreInfo store) {
            return firstOf(catalog.getResourcesByStore(store, ResourceInfo.class));
        } else if (object instanceof ResourceInfo resource) {
            return firstOf(catalog.getLayers(resource));
        } else if (object instanceof LayerInfo || object instanceof LayerGroupInfo) {
            return groupOf(catalog, object);
        } else if (object instanceof StyleInfo style) {
            CatalogInfo layer = firstOf(catalog.getLayers(style));
            return layer == null ? groupOf(catalog, style) : layer;
        }
        return null;
    }

    private static CatalogInfo firstOf(List<?>... lists) {
        for (List<?> list : lists) {
            if (!list.isEmpty()) {
                return (CatalogInfo) list.get(0);
            }
        }
        return null;
    }

    private static CatalogInfo groupOf(Catalog catalog, CatalogInfo object) {
        for (LayerGroupInfo group : catalog.getLayerGroups()) {
            LayerGroupInfo real = ModificationProxy.unwrap(group);
            boolean within = contains(real.getLayers(), object)
                    || contains(real.getStyles(), object)
                    || State.same(real.getRootLayer(), object)
                    || State.same(real.getRootLayerStyle(), object);
            if (within) {
                return group;
            }
        }
        return null;
    }

    private static boolean contains(List<?> list, CatalogInfo object) {
        return list != null && list.stream().anyMatch(item -> item != null && State.same(item, object));
    }
}
