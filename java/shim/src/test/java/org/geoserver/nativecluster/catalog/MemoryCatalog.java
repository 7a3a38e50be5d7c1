// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.geoserver.catalog.CatalogException;
import org.geoserver.catalog.CatalogFacade;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.LayerGroupInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.MapInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.ResourcePool;
import org.geoserver.catalog.StoreInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogBeforeAddEvent;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.catalog.impl.CatalogImpl;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.platform.ExtensionPriority;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geotools.api.data.DataAccessFactory;
import org.geotools.api.feature.type.Name;

/**
 * A catalog in memory, which tells its listeners as GeoServer's does: all of them, also after one that refuses; of a change
 * before and after it, of a removal only after it.
 */
final class MemoryCatalog extends CatalogImpl {
    private static final long serialVersionUID = 1;

    private static final DataAccessFactory ANY = (DataAccessFactory) Proxy.newProxyInstance(
            MemoryCatalog.class.getClassLoader(),
            new Class<?>[] {DataAccessFactory.class},
            (proxy, method, arguments) -> null);

    final transient Map<String, CatalogInfo> objects = new LinkedHashMap<>();
    private final transient List<CatalogListener> listeners = new ArrayList<>();
    private final transient Map<String, DataStoreInfo> defaultStores = new HashMap<>();
    private transient WorkspaceInfo defaultWorkspace;
    private transient NamespaceInfo defaultNamespace;

    /** Whether the plugins of all data stores are installed. */
    boolean withPlugins = true;

    /** What listeners were told, as {@code add Workspace w}, and {@code change Workspace w [name]}. */
    final transient List<String> told = new ArrayList<>();

    XStreamPersisterFactory persisters() {
        return new XStreamPersisterFactory() {
            @Override
            public XStreamPersister createXMLPersister() {
                return new InfoXml(objects::get);
            }
        };
    }

    // as REST and the pages edit

    <T extends CatalogInfo> T add(T info) {
        dispatch(event(CatalogBeforeAddEvent.class, info), CatalogListener::handlePreAddEvent);
        info.setDateCreated(new Date());
        objects.put(info.getId(), info);
        fireAdded(info);
        return info;
    }

    void save(CatalogInfo proxy) {
        CatalogInfo real = ModificationProxy.unwrap(proxy);
        ModificationProxy changes = ModificationProxy.handler(proxy);
        List<String> names = changes.getPropertyNames();
        List<Object> values = names.stream().map(name -> changes.getProperties().get(capitalized(name))).toList();
        told.add("change " + real + " " + names);
        dispatch(event(CatalogModifyEvent.class, real, names, values), CatalogListener::handleModifyEvent);
        changes.commit();
        firePostModified(real, names, List.of(), values);
    }

    private static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    void remove(CatalogInfo info) {
        removeFrom(info);
        fireRemoved(ModificationProxy.unwrap(info));
    }

    /** As from GeoServer's facade: without events, a default workspace or namespace is not any more. */
    private CatalogInfo removeFrom(CatalogInfo info) {
        defaultWorkspace = same(defaultWorkspace, info) ? null : defaultWorkspace;
        defaultNamespace = same(defaultNamespace, info) ? null : defaultNamespace;
        return objects.remove(info.getId());
    }

    // events

    private interface Telling<E> {
        void tell(CatalogListener listener, E event);
    }

    private <E> void dispatch(E event, Telling<E> telling) {
        CatalogException refused = null;
        for (CatalogListener listener : List.copyOf(listeners)) {
            try {
                telling.tell(listener, event);
            } catch (CatalogException e) {
                refused = refused == null ? e : refused;
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    static <E extends CatalogEvent> E event(Class<E> type, CatalogInfo source) {
        return event(type, source, List.of(), List.of());
    }

    static <E extends CatalogEvent> E event(Class<E> type, CatalogInfo source, List<String> names, List<Object> values) {
        return event(type, source, names, values, values);
    }

    private static <E extends CatalogEvent> E event(
            Class<E> type, CatalogInfo source, List<String> names, List<Object> before, List<Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "getSource" -> source;
                    case "getPropertyNames" -> names;
                    case "getOldValues" -> before;
                    default -> values;
                }));
    }

    @Override
    public void fireAdded(CatalogInfo object) {
        told.add("add " + ModificationProxy.unwrap(object));
        dispatch(event(CatalogAddEvent.class, ModificationProxy.unwrap(object)), CatalogListener::handleAddEvent);
    }

    @Override
    public void firePostModified(CatalogInfo object, List<String> names, List<Object> before, List<Object> after) {
        dispatch(event(CatalogPostModifyEvent.class, object, names, before, after), CatalogListener::handlePostModifyEvent);
    }

    @Override
    public void fireRemoved(CatalogInfo object) {
        told.add("remove " + object);
        dispatch(event(CatalogRemoveEvent.class, object), CatalogListener::handleRemoveEvent);
    }

    @Override
    public Collection<CatalogListener> getListeners() {
        return listeners;
    }

    @Override
    public void addListener(CatalogListener listener) {
        listeners.add(listener);
        listeners.sort(Comparator.comparingInt(
                each -> each instanceof ExtensionPriority first && !each.getClass().getName().contains("Persister")
                        ? first.getPriority()
                        : 100));
    }

    @Override
    public void removeListener(CatalogListener listener) {
        listeners.remove(listener);
    }

    /** Where objects are put past the events, except that a save tells of the change. */
    @Override
    public CatalogFacade getFacade() {
        return (CatalogFacade) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CatalogFacade.class}, (proxy, method, arguments) -> {
                    CatalogInfo info = (CatalogInfo) arguments[0];
                    switch (method.getName()) {
                        case "add" -> objects.put(info.getId(), info);
                        case "remove" -> removeFrom(info);
                        default -> save(info);
                    }
                    return method.getName().equals("add") ? info : null;
                });
    }

    // look-up: single objects as proxies to be changed

    private <T extends CatalogInfo> T find(String id, Class<T> type) {
        CatalogInfo info = objects.get(id);
        return type.isInstance(info) ? proxy(info, type) : null;
    }

    private static <T extends CatalogInfo> T proxy(CatalogInfo info, Class<T> type) {
        return type.cast(ModificationProxy.create(info, CatalogInfo.class));
    }

    private <T extends CatalogInfo> List<T> all(Class<T> type, Predicate<T> which) {
        return objects.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .filter(which)
                .map(info -> proxy(info, type))
                .toList();
    }

    private <T extends CatalogInfo> T first(Class<T> type, Predicate<T> which) {
        return all(type, which).stream().findFirst().orElse(null);
    }

    static boolean same(CatalogInfo one, CatalogInfo other) {
        return one == null || other == null ? one == other : one.getId().equals(other.getId());
    }

    @Override
    public String getId() {
        return null;
    }

    @Override
    public <T extends StoreInfo> T getStore(String id, Class<T> type) {
        return find(id, type);
    }

    @Override
    public <T extends StoreInfo> T getStoreByName(String name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends StoreInfo> T getStoreByName(String workspace, String name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends StoreInfo> T getStoreByName(WorkspaceInfo workspace, String name, Class<T> type) {
        return first(type, store -> same(store.getWorkspace(), workspace) && store.getName().equals(name));
    }

    @Override
    public <T extends StoreInfo> List<T> getStores(Class<T> type) {
        return all(type, store -> true);
    }

    @Override
    public <T extends StoreInfo> List<T> getStoresByWorkspace(WorkspaceInfo workspace, Class<T> type) {
        return all(type, store -> same(store.getWorkspace(), workspace));
    }

    @Override
    public <T extends StoreInfo> List<T> getStoresByWorkspace(String name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DataStoreInfo getDefaultDataStore(WorkspaceInfo workspace) {
        return defaultStores.get(workspace.getId());
    }

    @Override
    public void setDefaultDataStore(WorkspaceInfo workspace, DataStoreInfo store) {
        if (store != null && !store.getWorkspace().getId().equals(workspace.getId())) {
            throw new IllegalArgumentException("Trying to mark as default for workspace " + workspace.getName()
                    + " a store that is contained in " + store.getWorkspace().getName());
        }
        changed("defaultDataStore", defaultStores.put(workspace.getId(), store), store);
    }

    @Override
    public <T extends ResourceInfo> T getResource(String id, Class<T> type) {
        return find(id, type);
    }

    @Override
    public <T extends ResourceInfo> T getResourceByName(String namespace, String name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends ResourceInfo> T getResourceByName(Name name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends ResourceInfo> T getResourceByName(String name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends ResourceInfo> T getResourceByName(NamespaceInfo namespace, String name, Class<T> type) {
        return first(type, resource -> same(resource.getNamespace(), namespace) && resource.getName().equals(name));
    }

    @Override
    public <T extends ResourceInfo> List<T> getResources(Class<T> type) {
        return all(type, resource -> true);
    }

    @Override
    public <T extends ResourceInfo> List<T> getResourcesByNamespace(NamespaceInfo namespace, Class<T> type) {
        return all(type, resource -> same(resource.getNamespace(), namespace));
    }

    @Override
    public <T extends ResourceInfo> List<T> getResourcesByNamespace(String name, Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends ResourceInfo> List<T> getResourcesByStore(StoreInfo store, Class<T> type) {
        return all(type, resource -> same(resource.getStore(), store));
    }

    @Override
    public LayerInfo getLayer(String id) {
        return find(id, LayerInfo.class);
    }

    @Override
    public LayerInfo getLayerByName(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LayerInfo getLayerByName(Name name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<LayerInfo> getLayers() {
        return all(LayerInfo.class, layer -> true);
    }

    @Override
    public List<LayerInfo> getLayers(ResourceInfo resource) {
        return all(LayerInfo.class, layer -> same(layer.getResource(), resource));
    }

    @Override
    public List<LayerInfo> getLayers(StyleInfo style) {
        return all(LayerInfo.class, layer -> same(layer.getDefaultStyle(), style));
    }

    @Override
    public List<MapInfo> getMaps() {
        return List.of();
    }

    @Override
    public List<LayerGroupInfo> getLayerGroups() {
        return all(LayerGroupInfo.class, group -> true);
    }

    @Override
    public List<LayerGroupInfo> getLayerGroupsByWorkspace(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<LayerGroupInfo> getLayerGroupsByWorkspace(WorkspaceInfo workspace) {
        return all(LayerGroupInfo.class, group -> same(group.getWorkspace(), workspace));
    }

    @Override
    public LayerGroupInfo getLayerGroup(String id) {
        return find(id, LayerGroupInfo.class);
    }

    @Override
    public LayerGroupInfo getLayerGroupByName(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LayerGroupInfo getLayerGroupByName(String workspace, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LayerGroupInfo getLayerGroupByName(WorkspaceInfo workspace, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StyleInfo getStyle(String id) {
        return find(id, StyleInfo.class);
    }

    @Override
    public StyleInfo getStyleByName(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StyleInfo getStyleByName(String workspace, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StyleInfo getStyleByName(WorkspaceInfo workspace, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StyleInfo> getStyles() {
        return all(StyleInfo.class, style -> true);
    }

    @Override
    public List<StyleInfo> getStylesByWorkspace(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StyleInfo> getStylesByWorkspace(WorkspaceInfo workspace) {
        return all(StyleInfo.class, style -> same(style.getWorkspace(), workspace));
    }

    @Override
    public NamespaceInfo getNamespace(String id) {
        return find(id, NamespaceInfo.class);
    }

    @Override
    public NamespaceInfo getNamespaceByPrefix(String prefix) {
        return first(NamespaceInfo.class, namespace -> namespace.getPrefix().equals(prefix));
    }

    @Override
    public NamespaceInfo getNamespaceByURI(String uri) {
        return first(NamespaceInfo.class, namespace -> uri.equals(namespace.getURI()));
    }

    @Override
    public NamespaceInfo getDefaultNamespace() {
        return defaultNamespace;
    }

    @Override
    public void setDefaultNamespace(NamespaceInfo namespace) {
        NamespaceInfo before = defaultNamespace;
        defaultNamespace = namespace;
        changed("defaultNamespace", before, namespace);
    }

    @Override
    public List<NamespaceInfo> getNamespaces() {
        return all(NamespaceInfo.class, namespace -> true);
    }

    @Override
    public WorkspaceInfo getDefaultWorkspace() {
        return defaultWorkspace;
    }

    @Override
    public void setDefaultWorkspace(WorkspaceInfo workspace) {
        WorkspaceInfo before = defaultWorkspace;
        defaultWorkspace = workspace;
        changed("defaultWorkspace", before, workspace);
    }

    @Override
    public List<WorkspaceInfo> getWorkspaces() {
        return all(WorkspaceInfo.class, workspace -> true);
    }

    @Override
    public WorkspaceInfo getWorkspace(String id) {
        return find(id, WorkspaceInfo.class);
    }

    @Override
    public WorkspaceInfo getWorkspaceByName(String name) {
        return first(WorkspaceInfo.class, workspace -> workspace.getName().equals(name));
    }

    @Override
    public ResourcePool getResourcePool() {
        return new ResourcePool() {
            @Override
            public DataAccessFactory getDataStoreFactory(DataStoreInfo info) {
                return withPlugins ? ANY : null;
            }
        };
    }

    @Override
    public GeoServerResourceLoader getResourceLoader() {
        return null;
    }

    private void changed(String property, CatalogInfo before, CatalogInfo now) {
        firePostModified(this, List.of(property), Collections.singletonList(before), Collections.singletonList(now));
    }
}
