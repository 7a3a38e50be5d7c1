// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** Where the catalog keeps its objects; add and remove tell no listener. */
public interface CatalogFacade {
    StoreInfo add(StoreInfo store);

    void remove(StoreInfo store);

    void save(StoreInfo store);

    ResourceInfo add(ResourceInfo resource);

    void remove(ResourceInfo resource);

    void save(ResourceInfo resource);

    LayerInfo add(LayerInfo layer);

    void remove(LayerInfo layer);

    void save(LayerInfo layer);

    MapInfo add(MapInfo map);

    void remove(MapInfo map);

    void save(MapInfo map);

    LayerGroupInfo add(LayerGroupInfo layerGroup);

    void remove(LayerGroupInfo layerGroup);

    void save(LayerGroupInfo layerGroup);

    NamespaceInfo add(NamespaceInfo namespace);

    void remove(NamespaceInfo namespace);

    void save(NamespaceInfo namespace);

    WorkspaceInfo add(WorkspaceInfo workspace);

    void remove(WorkspaceInfo workspace);

    void save(WorkspaceInfo workspace);

    StyleInfo add(StyleInfo style);

    void remove(StyleInfo style);

    void save(StyleInfo style);
}
