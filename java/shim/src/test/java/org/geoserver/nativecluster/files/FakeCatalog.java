// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CoverageStoreInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.ResourcePool;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogPostModifyEvent;

/** Styles and stores, and what was cleared of them. */
final class FakeCatalog extends ResourcePool {
    final List<StyleInfo> styles = new ArrayList<>();
    final List<CoverageStoreInfo> coverageStores = new ArrayList<>();
    final List<DataStoreInfo> dataStores = new ArrayList<>();
    final List<CatalogListener> listeners = new ArrayList<>();
    final List<String> cleared = new ArrayList<>();

    Catalog catalog() {
        return fake(Catalog.class, (method, arguments) -> {
            switch (method) {
                case "getStyles":
                    return styles;
                case "getStores":
                    return arguments[0] == DataStoreInfo.class ? dataStores : coverageStores;
                case "getResourcePool":
                    return this;
                case "addListener":
                    return listeners.add((CatalogListener) arguments[0]);
                case "removeListener":
                    return listeners.remove(arguments[0]);
                default:
                    throw new UnsupportedOperationException(method);
            }
        });
    }

    StyleInfo style(String workspace, String filename) {
        WorkspaceInfo info = workspace == null ? null : fake(WorkspaceInfo.class, (method, arguments) -> workspace);
        StyleInfo style =
                fake(StyleInfo.class, (method, arguments) -> method.equals("getWorkspace") ? info : filename);
        styles.add(style);
        return style;
    }

    void coverageStore(String url) {
        coverageStores.add(fake(CoverageStoreInfo.class, (method, arguments) -> url));
    }

    void dataStore(Map<String, Serializable> parameters) {
        dataStores.add(
                fake(DataStoreInfo.class, (method, arguments) -> method.equals("getName") ? parameters.toString() : parameters));
    }

    void save(StyleInfo style) {
        CatalogPostModifyEvent event = fake(CatalogPostModifyEvent.class, (method, arguments) -> style);
        listeners.forEach(listener -> listener.handlePostModifyEvent(event));
    }

    @Override
    public void clear(StyleInfo style) {
        cleared.add(StyleBodies.path(style));
    }

    @Override
    public void clear(CoverageStoreInfo store) {
        cleared.add(store.getURL());
    }

    @Override
    public void clear(DataStoreInfo store) {
        cleared.add(store.getName());
    }

    private interface Answers {
        Object to(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : System.identityHashCode(proxy);
            }
            Object answer = answers.to(method.getName(), arguments);
            return method.getReturnType() == void.class ? null : answer;
        }));
    }
}
