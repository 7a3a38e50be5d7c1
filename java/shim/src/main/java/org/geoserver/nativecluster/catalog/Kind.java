// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.List;
import java.util.Objects;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogFacade;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.CoverageInfo;
import org.geoserver.catalog.CoverageStoreInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.FeatureTypeInfo;
import org.geoserver.catalog.LayerGroupInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.StoreInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WMSLayerInfo;
import org.geoserver.catalog.WMSStoreInfo;
import org.geoserver.catalog.WMTSLayerInfo;
import org.geoserver.catalog.WMTSStoreInfo;
import org.geoserver.catalog.WorkspaceInfo;

/** What kinds of objects a catalog holds, in the order in which they need each other. Maps are left out: nothing edits them. */
enum Kind {
    WORKSPACE("workspace", 100, WorkspaceInfo.class),
    NAMESPACE("namespace", 110, NamespaceInfo.class),
    STYLE("style", 200, StyleInfo.class),
    DATASTORE("datastore", 300, DataStoreInfo.class),
    COVERAGESTORE("coveragestore", 300, CoverageStoreInfo.class),
    WMSSTORE("wmsstore", 300, WMSStoreInfo.class),
    WMTSSTORE("wmtsstore", 300, WMTSStoreInfo.class),
    FEATURETYPE("featuretype", 400, FeatureTypeInfo.class),
    COVERAGE("coverage", 400, CoverageInfo.class),
    WMSLAYER("wmslayer", 400, WMSLayerInfo.class),
    WMTSLAYER("wmtslayer", 400, WMTSLayerInfo.class),
    LAYER("layer", 500, LayerInfo.class),
    LAYERGROUP("layergroup", 600, LayerGroupInfo.class);

    static final String PREFIX = "catalog/";

    final String word;
    final int order;
    final Class<? extends CatalogInfo> type;

    Kind(String word, int order, Class<? extends CatalogInfo> type) {
        this.word = word;
        this.order = order;
        this.type = type;
    }

    /** Of a key, or null. */
    static Kind of(String key) {
        for (Kind kind : values()) {
            if (key.startsWith(kind.prefix())) {
                return kind;
            }
        }
        return null;
    }

    /** Of an object, or null. */
    static Kind of(CatalogInfo object) {
        for (Kind kind : values()) {
            if (kind.type.isInstance(object)) {
                return kind;
            }
        }
        return null;
    }

    String prefix() {
        return PREFIX + word + "/";
    }

    String key(String clusterId) {
        return prefix() + clusterId;
    }

    String id(String key) {
        return key.substring(prefix().length());
    }

    List<? extends CatalogInfo> all(Catalog catalog) {
        return switch (this) {
            case WORKSPACE -> catalog.getWorkspaces();
            case NAMESPACE -> catalog.getNamespaces();
            case STYLE -> catalog.getStyles();
            case DATASTORE -> catalog.getStores(DataStoreInfo.class);
            case COVERAGESTORE -> catalog.getStores(CoverageStoreInfo.class);
            case WMSSTORE -> catalog.getStores(WMSStoreInfo.class);
            case WMTSSTORE -> catalog.getStores(WMTSStoreInfo.class);
            case FEATURETYPE -> catalog.getResources(FeatureTypeInfo.class);
            case COVERAGE -> catalog.getResources(CoverageInfo.class);
            case WMSLAYER -> catalog.getResources(WMSLayerInfo.class);
            case WMTSLAYER -> catalog.getResources(WMTSLayerInfo.class);
            case LAYER -> catalog.getLayers();
            case LAYERGROUP -> catalog.getLayerGroups();
        };
    }

    /** By this node's id, as a proxy to be changed and saved; or null. */
    CatalogInfo find(Catalog catalog, String id) {
        return switch (this) {
            case WORKSPACE -> catalog.getWorkspace(id);
            case NAMESPACE -> catalog.getNamespace(id);
            case STYLE -> catalog.getStyle(id);
            case DATASTORE -> catalog.getStore(id, DataStoreInfo.class);
            case COVERAGESTORE -> catalog.getStore(id, CoverageStoreInfo.class);
            case WMSSTORE -> catalog.getStore(id, WMSStoreInfo.class);
            case WMTSSTORE -> catalog.getStore(id, WMTSStoreInfo.class);
            case FEATURETYPE -> catalog.getResource(id, FeatureTypeInfo.class);
            case COVERAGE -> catalog.getResource(id, CoverageInfo.class);
            case WMSLAYER -> catalog.getResource(id, WMSLayerInfo.class);
            case WMTSLAYER -> catalog.getResource(id, WMTSLayerInfo.class);
            case LAYER -> catalog.getLayer(id);
            case LAYERGROUP -> catalog.getLayerGroup(id);
        };
    }

    /** Whether this node has an object of any kind with this id. */
    static boolean isHere(Catalog catalog, String id) {
        return catalog.getWorkspace(id) != null
                || catalog.getNamespace(id) != null
                || catalog.getStyle(id) != null
                || catalog.getStore(id, StoreInfo.class) != null
                || catalog.getResource(id, ResourceInfo.class) != null
                || catalog.getLayer(id) != null
                || catalog.getLayerGroup(id) != null;
    }

    /** The object of this catalog that has the name which another one has or is to have; or null. */
    static CatalogInfo sameName(Catalog catalog, CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace) {
            return catalog.getWorkspaceByName(workspace.getName());
        } else if (object instanceof NamespaceInfo namespace) {
            return catalog.getNamespaceByPrefix(namespace.getPrefix());
        } else if (object instanceof StoreInfo store) {
            return catalog.getStoreByName(store.getWorkspace(), store.getName(), StoreInfo.class);
        } else if (object instanceof ResourceInfo resource) {
            return catalog.getResourceByName(resource.getNamespace(), resource.getName(), ResourceInfo.class);
        } else if (object instanceof LayerInfo layer) {
            List<LayerInfo> layers = catalog.getLayers(layer.getResource());
            return layers.isEmpty() ? null : layers.get(0);
        }
        // of styles and groups GeoServer looks in other workspaces too
        List<? extends CatalogInfo> all = object instanceof StyleInfo ? catalog.getStyles() : catalog.getLayerGroups();
        String name = name(object);
        return all.stream().filter(other -> name.equals(name(other))).findFirst().orElse(null);
    }

    /** The qualified name: two objects of a kind with the same one cannot be in a catalog. Ids of this node are in it. */
    static String name(CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace) {
            return workspace.getName();
        } else if (object instanceof NamespaceInfo namespace) {
            return namespace.getPrefix();
        } else if (object instanceof StoreInfo store) {
            return id(store.getWorkspace()) + ":" + store.getName();
        } else if (object instanceof ResourceInfo resource) {
            return id(resource.getNamespace()) + ":" + resource.getName();
        } else if (object instanceof LayerInfo layer) {
            return id(layer.getResource());
        } else if (object instanceof StyleInfo style) {
            return id(style.getWorkspace()) + ":" + style.getName();
        }
        LayerGroupInfo group = (LayerGroupInfo) object;
        return id(group.getWorkspace()) + ":" + group.getName();
    }

    private static String id(CatalogInfo object) {
        return object == null ? "" : Objects.toString(object.getId());
    }

    static CatalogInfo add(CatalogFacade facade, CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace) {
            return facade.add(workspace);
        } else if (object instanceof NamespaceInfo namespace) {
            return facade.add(namespace);
        } else if (object instanceof StoreInfo store) {
            return facade.add(store);
        } else if (object instanceof ResourceInfo resource) {
            return facade.add(resource);
        } else if (object instanceof LayerInfo layer) {
            return facade.add(layer);
        } else if (object instanceof StyleInfo style) {
            return facade.add(style);
        }
        return facade.add((LayerGroupInfo) object);
    }

    static void save(CatalogFacade facade, CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace) {
            facade.save(workspace);
        } else if (object instanceof NamespaceInfo namespace) {
            facade.save(namespace);
        } else if (object instanceof StoreInfo store) {
            facade.save(store);
        } else if (object instanceof ResourceInfo resource) {
            facade.save(resource);
        } else if (object instanceof LayerInfo layer) {
            facade.save(layer);
        } else if (object instanceof StyleInfo style) {
            facade.save(style);
        } else {
            facade.save((LayerGroupInfo) object);
        }
    }

    static void remove(CatalogFacade facade, CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace) {
            facade.remove(workspace);
        } else if (object instanceof NamespaceInfo namespace) {
            facade.remove(namespace);
        } else if (object instanceof StoreInfo store) {
            facade.remove(store);
        } else if (object instanceof ResourceInfo resource) {
            facade.remove(resource);
        } else if (object instanceof LayerInfo layer) {
            facade.remove(layer);
        } else if (object instanceof StyleInfo style) {
            facade.remove(style);
        } else {
            facade.remove((LayerGroupInfo) object);
        }
    }
}
