// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.util.Collection;
import java.util.List;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geotools.api.feature.type.Name;

/** The catalog. */
public interface Catalog extends CatalogInfo {
    CatalogFacade getFacade();

    <T extends StoreInfo> T getStore(String name, Class<T> type);

    <T extends StoreInfo> T getStoreByName(String name, Class<T> type);

    <T extends StoreInfo> T getStoreByName(String name, String second, Class<T> type);

    <T extends StoreInfo> T getStoreByName(WorkspaceInfo workspace, String name, Class<T> type);

    <T extends StoreInfo> List<T> getStores(Class<T> type);

    <T extends StoreInfo> List<T> getStoresByWorkspace(WorkspaceInfo workspace, Class<T> type);

    <T extends StoreInfo> List<T> getStoresByWorkspace(String name, Class<T> type);

    DataStoreInfo getDefaultDataStore(WorkspaceInfo workspace);

    void setDefaultDataStore(WorkspaceInfo workspace, DataStoreInfo dataStore);

    <T extends ResourceInfo> T getResource(String name, Class<T> type);

    <T extends ResourceInfo> T getResourceByName(String name, String second, Class<T> type);

    <T extends ResourceInfo> T getResourceByName(NamespaceInfo namespace, String name, Class<T> type);

    <T extends ResourceInfo> T getResourceByName(Name name, Class<T> type);

    <T extends ResourceInfo> T getResourceByName(String name, Class<T> type);

    <T extends ResourceInfo> List<T> getResources(Class<T> type);

    <T extends ResourceInfo> List<T> getResourcesByNamespace(NamespaceInfo namespace, Class<T> type);

    <T extends ResourceInfo> List<T> getResourcesByNamespace(String name, Class<T> type);

    <T extends ResourceInfo> List<T> getResourcesByStore(StoreInfo store, Class<T> type);

    LayerInfo getLayer(String name);

    LayerInfo getLayerByName(String name);

    LayerInfo getLayerByName(Name name);

    List<LayerInfo> getLayers();

    List<LayerInfo> getLayers(ResourceInfo resource);

    List<LayerInfo> getLayers(StyleInfo style);

    List<MapInfo> getMaps();

    List<LayerGroupInfo> getLayerGroups();

    List<LayerGroupInfo> getLayerGroupsByWorkspace(String name);

    List<LayerGroupInfo> getLayerGroupsByWorkspace(WorkspaceInfo workspace);

    LayerGroupInfo getLayerGroup(String name);

    LayerGroupInfo getLayerGroupByName(String name);

    LayerGroupInfo getLayerGroupByName(String name, String second);

    LayerGroupInfo getLayerGroupByName(WorkspaceInfo workspace, String name);

    StyleInfo getStyle(String name);

    StyleInfo getStyleByName(String name, String second);

    StyleInfo getStyleByName(WorkspaceInfo workspace, String name);

    StyleInfo getStyleByName(String name);

    List<StyleInfo> getStyles();

    List<StyleInfo> getStylesByWorkspace(String name);

    List<StyleInfo> getStylesByWorkspace(WorkspaceInfo workspace);

    NamespaceInfo getNamespace(String name);

    NamespaceInfo getNamespaceByPrefix(String name);

    NamespaceInfo getNamespaceByURI(String uri);

    NamespaceInfo getDefaultNamespace();

    void setDefaultNamespace(NamespaceInfo namespace);

    List<NamespaceInfo> getNamespaces();

    WorkspaceInfo getDefaultWorkspace();

    void setDefaultWorkspace(WorkspaceInfo workspace);

    List<WorkspaceInfo> getWorkspaces();

    WorkspaceInfo getWorkspace(String name);

    WorkspaceInfo getWorkspaceByName(String name);

    Collection<CatalogListener> getListeners();

    void addListener(CatalogListener listener);

    void removeListener(CatalogListener listener);

    void fireAdded(CatalogInfo object);

    void firePostModified(CatalogInfo object, List<String> names, List<Object> before, List<Object> after);

    void fireRemoved(CatalogInfo object);

    ResourcePool getResourcePool();

    GeoServerResourceLoader getResourceLoader();
}
