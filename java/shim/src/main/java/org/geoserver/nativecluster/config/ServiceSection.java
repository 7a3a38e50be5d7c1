// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.config.GeoServer;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.util.XStreamServiceLoader;

/**
 * Services, global and of workspaces, also those of extensions: whatever has a loader. They are known by their workspace and
 * the name of their loader's file, never by their ids, which differ between nodes that made a service by themselves; nor is a
 * second one ever added.
 */
final class ServiceSection implements Section {
    private static final String PREFIX = "config/service/";
    private static final String GLOBAL = "_";
    private static final String XML = ".xml";

    private final GeoServer geoServer;
    private final Saving saving;
    private final Workspaces workspaces;
    private final Supplier<List<XStreamServiceLoader<ServiceInfo>>> loaders;

    ServiceSection(
            GeoServer geoServer, Workspaces workspaces, Supplier<List<XStreamServiceLoader<ServiceInfo>>> loaders) {
        this.geoServer = geoServer;
        this.saving = new Saving(geoServer);
        this.workspaces = workspaces;
        this.loaders = loaders;
    }

    /** Null: nobody knows how to write it. */
    String key(ServiceInfo service) {
        return loaders.get().stream()
                .filter(loader -> loader.getServiceClass().isInstance(service))
                .findFirst()
                .map(loader -> key(service.getWorkspace(), loader))
                .orElse(null);
    }

    private String key(WorkspaceInfo workspace, XStreamServiceLoader<?> loader) {
        return PREFIX + (workspace == null ? GLOBAL : workspaces.clusterId(workspace)) + '/' + name(loader);
    }

    /** The keys of a workspace's services. */
    void keys(WorkspaceInfo workspace, Consumer<String> each) {
        for (XStreamServiceLoader<ServiceInfo> loader : loaders.get()) {
            if (geoServer.getService(workspace, loader.getServiceClass()) != null) {
                each.accept(key(workspace, loader));
            }
        }
    }

    @Override
    public boolean has(String key) {
        return key.startsWith(PREFIX);
    }

    @Override
    public void keys(Consumer<String> each) {
        keys(null, each);
        workspaces.all().forEach(workspace -> keys(workspace, each));
    }

    @Override
    public byte[] xml(String key) throws IOException {
        XStreamServiceLoader<ServiceInfo> loader = loader(key);
        ServiceInfo service = service(key, loader);
        return service == null ? null : write(loader, service);
    }

    @Override
    public byte[] reread(String key, byte[] bytes) throws IOException {
        XStreamServiceLoader<ServiceInfo> loader = loader(key);
        return loader == null ? bytes : write(loader, read(loader, bytes));
    }

    private byte[] write(XStreamServiceLoader<ServiceInfo> loader, ServiceInfo service) throws IOException {
        MemoryResource directory = MemoryResource.directory();
        try {
            loader.save(service, geoServer, directory);
        } catch (Exception e) {
            throw new IOException("the service cannot be written: " + e.getMessage(), e);
        }
        return directory.get(loader.getFilename()).bytes();
    }

    @Override
    public String file(String key) {
        String file = name(key) + XML;
        if (isGlobal(key)) {
            return file;
        }
        WorkspaceInfo workspace = workspaces.byClusterId(workspaceId(key));
        return workspace == null ? null : "workspaces/" + workspace.getName() + '/' + file;
    }

    @Override
    public void put(String key, byte[] bytes) throws IOException {
        XStreamServiceLoader<ServiceInfo> loader = loader(key);
        if (loader == null) {
            throw new NotYet("this GeoServer has no extension for the service " + name(key));
        }
        WorkspaceInfo workspace = isGlobal(key) ? null : workspaces.live(workspaceId(key));
        ServiceInfo theirs = read(loader, bytes);
        ServiceInfo ours = service(key, loader);
        if (ours == null) {
            Beans.complete(theirs);
            theirs.setWorkspace(workspace);
            saving.add(theirs);
        } else {
            Beans.copy(theirs, ours);
            saving.save(ours);
        }
    }

    private ServiceInfo read(XStreamServiceLoader<ServiceInfo> loader, byte[] bytes) throws IOException {
        MemoryResource directory = MemoryResource.directory();
        directory.get(loader.getFilename()).write(bytes);
        try {
            return loader.load(geoServer, directory);
        } catch (Exception e) {
            throw new IOException("the service cannot be read: " + e.getMessage(), e);
        }
    }

    /** GeoServer cannot do without its global services: what looks like their removal is a moment of its reload. */
    @Override
    public void remove(String key) {
        ServiceInfo service = isGlobal(key) ? null : service(key, loader(key));
        if (service != null) {
            saving.remove(service);
        }
    }

    private ServiceInfo service(String key, XStreamServiceLoader<ServiceInfo> loader) {
        WorkspaceInfo workspace = isGlobal(key) ? null : workspaces.byClusterId(workspaceId(key));
        return loader == null || workspace == null && !isGlobal(key)
                ? null
                : geoServer.getService(workspace, loader.getServiceClass());
    }

    private XStreamServiceLoader<ServiceInfo> loader(String key) {
        return loaders.get().stream()
                .filter(loader -> name(loader).equals(name(key)))
                .findFirst()
                .orElse(null);
    }

    static boolean isGlobal(String key) {
        return key.startsWith(PREFIX + GLOBAL + '/');
    }

    private static String workspaceId(String key) {
        return key.substring(PREFIX.length(), key.lastIndexOf('/'));
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private static String name(XStreamServiceLoader<?> loader) {
        String file = loader.getFilename();
        return file.endsWith(XML) ? file.substring(0, file.length() - XML.length()) : file;
    }
}
