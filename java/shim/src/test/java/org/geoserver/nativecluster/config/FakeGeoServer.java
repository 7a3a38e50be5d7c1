// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.ConfigurationListener;
import org.geoserver.config.GeoServer;
import org.geoserver.config.GeoServerFacade;
import org.geoserver.config.GeoServerInfo;
import org.geoserver.config.LoggingInfo;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.SettingsInfo;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.config.util.XStreamServiceLoader;
import org.geoserver.platform.GeoServerResourceLoader;

/** A GeoServer's configuration in memory, with the events in GeoServer's order, and some workspaces. */
public final class FakeGeoServer {
    final TestConfig.GlobalBean global = new TestConfig.GlobalBean();
    final TestConfig.LoggingBean logging = new TestConfig.LoggingBean();
    final List<TestConfig.SettingsBean> settings = new ArrayList<>();
    final List<ServiceInfo> services = new ArrayList<>();
    final List<TestConfig.Workspace> workspaces = new ArrayList<>();
    final List<ConfigurationListener> listeners = new ArrayList<>();
    final List<CatalogListener> catalogListeners = new ArrayList<>();

    /** Names of the properties of each save of the global configuration. */
    final List<List<String>> globalSaves = new ArrayList<>();

    /** As GeoServer's UpdateSequenceListener. */
    boolean counting;

    int saves;

    private final File dataDirectory;

    FakeGeoServer(File dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    static final Map<String, Class<?>> TYPES = Map.of(
            "global", TestConfig.GlobalBean.class,
            "logging", TestConfig.LoggingBean.class,
            "settings", TestConfig.SettingsBean.class,
            "wms", TestConfig.WmsBean.class);

    static XStreamPersisterFactory persisters() {
        return new XStreamPersisterFactory() {
            @Override
            public XStreamPersister createXMLPersister() {
                return new BeanXml(TYPES);
            }
        };
    }

    static XStreamServiceLoader<TestConfig.Wms> wmsLoader() {
        XStreamServiceLoader<TestConfig.Wms> loader = new XStreamServiceLoader<>(null, "wms") {
            @Override
            public Class<TestConfig.Wms> getServiceClass() {
                return TestConfig.Wms.class;
            }
        };
        loader.setXStreamPeristerFactory(persisters());
        return loader;
    }

    GeoServer geoServer() {
        return fake(GeoServer.class, this);
    }

    Catalog catalog() {
        return fake(Catalog.class, this);
    }

    /** The methods that the type has and this class has, too. */
    private static <T> T fake(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            try {
                Method own = target.getClass().getMethod(method.getName(), method.getParameterTypes());
                return own.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    TestConfig.Workspace workspace(String id, String name) {
        TestConfig.Workspace workspace = new TestConfig.Workspace(id, name);
        workspaces.add(workspace);
        return workspace;
    }

    void remove(TestConfig.Workspace workspace) {
        workspaces.remove(workspace);
        CatalogRemoveEvent event = (CatalogRemoveEvent) Proxy.newProxyInstance(
                CatalogRemoveEvent.class.getClassLoader(), new Class<?>[] {CatalogRemoveEvent.class}, (p, m, a) -> workspace);
        catalogListeners.forEach(listener -> listener.handleRemoveEvent(event));
    }

    public GeoServerInfo getGlobal() {
        return ModificationProxy.create(global, GeoServerInfo.class);
    }

    public void save(GeoServerInfo info) {
        saves++;
        ModificationProxy proxy = ModificationProxy.handler(info);
        List<String> names = proxy.getPropertyNames();
        globalSaves.add(names);
        listeners.forEach(listener -> listener.handleGlobalChange(info, names, List.of(), List.of()));
        proxy.commit();
        count();
        listeners.forEach(listener -> listener.handlePostGlobalChange(global));
    }

    /** A catalog's event. */
    void count() {
        if (counting) {
            counting = false;
            GeoServerInfo info = getGlobal();
            info.setUpdateSequence(info.getUpdateSequence() + 1);
            save(info);
            counting = true;
        }
    }

    public LoggingInfo getLogging() {
        return ModificationProxy.create(logging, LoggingInfo.class);
    }

    public void save(LoggingInfo info) {
        saves++;
        ModificationProxy.handler(info).commit();
        listeners.forEach(listener -> listener.handlePostLoggingChange(info));
    }

    public SettingsInfo getSettings(WorkspaceInfo workspace) {
        return settings.stream()
                .filter(each -> each.getWorkspace().getId().equals(workspace.getId()))
                .findFirst()
                .map(each -> ModificationProxy.create(each, SettingsInfo.class))
                .orElse(null);
    }

    public void add(SettingsInfo info) {
        if (getSettings(info.getWorkspace()) != null) {
            throw new IllegalArgumentException("Settings already exist");
        }
        settings.add((TestConfig.SettingsBean) info);
        listeners.forEach(listener -> listener.handleSettingsAdded(info));
    }

    public void save(SettingsInfo info) {
        saves++;
        ModificationProxy.handler(info).commit();
        listeners.forEach(listener -> listener.handleSettingsPostModified(info));
    }

    public void remove(SettingsInfo info) {
        settings.remove(ModificationProxy.unwrap(info));
        listeners.forEach(listener -> listener.handleSettingsRemoved(info));
    }

    public <T extends ServiceInfo> T getService(WorkspaceInfo workspace, Class<T> type) {
        return services.stream()
                .filter(type::isInstance)
                .filter(each -> Objects.equals(
                        each.getWorkspace() == null ? null : each.getWorkspace().getId(),
                        workspace == null ? null : workspace.getId()))
                .findFirst()
                .map(each -> ModificationProxy.create(type.cast(each), type))
                .orElse(null);
    }

    public void add(ServiceInfo info) {
        services.add(info);
        listeners.forEach(listener -> listener.handlePostServiceChange(info));
    }

    public void save(ServiceInfo info) {
        saves++;
        ModificationProxy.handler(info).commit();
        listeners.forEach(listener -> listener.handlePostServiceChange(info));
    }

    public void remove(ServiceInfo info) {
        services.remove(ModificationProxy.unwrap(info));
        listeners.forEach(listener -> listener.handleServiceRemove(info));
    }

    public Collection<ConfigurationListener> getListeners() {
        return listeners;
    }

    public GeoServerFacade getFacade() {
        return fake(GeoServerFacade.class, new Facade());
    }

    /** Commits, and tells nobody afterwards. */
    public final class Facade {
        public void save(GeoServerInfo info) {
            ModificationProxy.handler(info).commit();
        }

        public void add(ServiceInfo info) {
            services.add(info);
        }

        public void remove(ServiceInfo info) {
            services.remove(ModificationProxy.unwrap(info));
        }
    }

    public void addListener(ConfigurationListener listener) {
        listeners.add(listener);
    }

    public void removeListener(ConfigurationListener listener) {
        listeners.remove(listener);
    }

    public void addListener(CatalogListener listener) {
        catalogListeners.add(listener);
    }

    public void removeListener(CatalogListener listener) {
        catalogListeners.remove(listener);
    }

    public List<WorkspaceInfo> getWorkspaces() {
        return new ArrayList<>(workspaces);
    }

    public WorkspaceInfo getWorkspace(String id) {
        return workspaces.stream()
                .filter(each -> each.getId().equals(id))
                .findFirst()
                .map(each -> ModificationProxy.create(each, WorkspaceInfo.class))
                .orElse(null);
    }

    public GeoServerResourceLoader getResourceLoader() {
        return new GeoServerResourceLoader(dataDirectory);
    }
}
