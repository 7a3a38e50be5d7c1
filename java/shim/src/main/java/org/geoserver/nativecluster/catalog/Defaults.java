// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.nio.charset.StandardCharsets;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/** The default workspace, and the default store of each workspace: the content is the cluster's id, or empty for none. */
final class Defaults {
    static final String PREFIX = "default/";
    static final String WORKSPACE = PREFIX + "workspace";
    private static final String STORE = PREFIX + "store/";

    private final Catalog catalog;
    private final Ids ids;
    private final Removed removed;
    private final SharedObjects shared;

    /** The id of a store that is in another workspace yet than the one whose default it is to be, which it comes into next. */
    private String coming;

    Defaults(Catalog catalog, Ids ids, Removed removed, SharedObjects shared) {
        this.catalog = catalog;
        this.ids = ids;
        this.removed = removed;
        this.shared = shared;
    }

    static String keyOfStore(WorkspaceInfo workspace, Ids ids) {
        return STORE + ids.toCluster(workspace.getId());
    }

    /**
     * GeoServer does not keep default stores, but takes any after a start: so another one than the cluster's says nothing
     * about what somebody wanted, and is left out, whereupon the cluster's is put in place.
     */
    void snapshot(Snapshot snapshot) {
        WorkspaceInfo workspace = defaultWorkspace();
        if (workspace != null) {
            snapshot.object(WORKSPACE, content(workspace));
        }
        for (WorkspaceInfo each : catalog.getWorkspaces()) {
            String key = keyOfStore(each, ids);
            Content here = content(catalog.getDefaultDataStore(each));
            Content there = shared.content(key);
            boolean equal = there != null && java.util.Arrays.equals(here.bytes(), there.bytes());
            if (equal || there == null && here.bytes().length > 0) {
                snapshot.object(key, here);
            }
        }
    }

    Local read(String key) {
        if (key.equals(WORKSPACE)) {
            WorkspaceInfo here = defaultWorkspace();
            return here == null && catalog.getDefaultWorkspace() != null ? null : Local.of(content(here));
        }
        WorkspaceInfo workspace = workspace(key);
        if (workspace == null) {
            return removed.take(key) ? Local.NOTHING : null;
        }
        return Local.of(content(catalog.getDefaultDataStore(workspace)));
    }

    Applied apply(Pending pending) {
        String key = pending.key();
        if (key.startsWith(STORE) && !ids.toCluster(workspaceId(key)).equals(workspaceId(key))) {
            // the workspace gave way to another one, whose default counts
            return Applied.as(pending.isRemoval() ? Local.NOTHING : Local.of(pending.content()));
        }
        WorkspaceInfo workspace = key.equals(WORKSPACE) ? null : workspace(key);
        if (pending.isRemoval()) {
            return Applied.as(workspace == null ? Local.NOTHING : read(key));
        }
        String id = ids.toLocal(new String(pending.content().bytes(), StandardCharsets.UTF_8));
        if (key.equals(WORKSPACE)) {
            return applyWorkspace(id);
        } else if (workspace == null) {
            return Applied.without("Its workspace is not here yet", Kind.WORKSPACE.key(workspaceId(key)));
        }
        return applyStore(workspace, id);
    }

    private Applied applyWorkspace(String id) {
        WorkspaceInfo wanted = id.isEmpty() ? null : catalog.getWorkspace(id);
        if (wanted == null && !id.isEmpty()) {
            return Applied.without(
                    "The workspace that is to be the default is not here yet", Kind.WORKSPACE.key(ids.toCluster(id)));
        }
        if (!State.same(defaultWorkspace(), wanted)) {
            catalog.setDefaultWorkspace(ModificationProxy.unwrap(wanted));
        }
        // GeoServer lets it follow, if there is a default already
        NamespaceInfo namespace = wanted == null ? null : catalog.getNamespaceByPrefix(wanted.getName());
        if (namespace != null && !State.same(catalog.getDefaultNamespace(), namespace)) {
            catalog.setDefaultNamespace(ModificationProxy.unwrap(namespace));
        }
        return Applied.as(Local.of(content(defaultWorkspace())));
    }

    /**
     * Null if there is none. GeoServer looks for the one that it holds by its name: one that is not found in the catalog, or is
     * another there, is none to whoever asks, and says nothing about what somebody wanted.
     */
    private WorkspaceInfo defaultWorkspace() {
        WorkspaceInfo held = catalog.getDefaultWorkspace();
        WorkspaceInfo found = held == null ? null : catalog.getWorkspaceByName(held.getName());
        return State.same(held, found) ? held : null;
    }

    /** GeoServer's first workspace and namespace are the defaults from the beginning; its listeners fail where there are none. */
    void added(CatalogInfo object) {
        if (object instanceof WorkspaceInfo workspace && catalog.getDefaultWorkspace() == null) {
            catalog.setDefaultWorkspace(workspace);
        } else if (object instanceof NamespaceInfo namespace
                && catalog.getDefaultNamespace() == null
                && catalog.getDefaultWorkspace() != null) {
            catalog.setDefaultNamespace(namespace);
        }
    }

    /** An object came into another workspace. */
    void moved(CatalogInfo object) {
        if (object instanceof DataStoreInfo store && store.getId().equals(coming)) {
            coming = null;
            catalog.setDefaultDataStore(store.getWorkspace(), ModificationProxy.unwrap(store));
        }
    }

    /** What is a default, and gives way to another object, leaves that to it. */
    void replace(CatalogInfo lost, CatalogInfo stands) {
        if (lost instanceof WorkspaceInfo && State.same(catalog.getDefaultWorkspace(), lost)) {
            catalog.setDefaultWorkspace((WorkspaceInfo) ModificationProxy.unwrap(stands));
        } else if (lost instanceof NamespaceInfo && State.same(catalog.getDefaultNamespace(), lost)) {
            catalog.setDefaultNamespace((NamespaceInfo) ModificationProxy.unwrap(stands));
        } else if (lost instanceof DataStoreInfo store
                && State.same(catalog.getDefaultDataStore(store.getWorkspace()), lost)) {
            DataStoreInfo next = (DataStoreInfo) ModificationProxy.unwrap(stands);
            boolean isThere = State.same(next.getWorkspace(), store.getWorkspace());
            coming = isThere ? null : next.getId();
            catalog.setDefaultDataStore(store.getWorkspace(), isThere ? next : null);
        }
    }

    private Applied applyStore(WorkspaceInfo workspace, String id) {
        DataStoreInfo wanted = id.isEmpty() ? null : catalog.getStore(id, DataStoreInfo.class);
        if (wanted == null && !id.isEmpty()) {
            return Applied.without(
                    "The store that is to be the default is not here yet", Kind.DATASTORE.key(ids.toCluster(id)));
        }
        if (!State.same(catalog.getDefaultDataStore(workspace), wanted)) {
            catalog.setDefaultDataStore(workspace, ModificationProxy.unwrap(wanted));
        }
        return Applied.as(read(keyOfStore(workspace, ids)));
    }

    private static String workspaceId(String key) {
        return key.substring(STORE.length());
    }

    private WorkspaceInfo workspace(String key) {
        return catalog.getWorkspace(ids.toLocal(workspaceId(key)));
    }

    private Content content(CatalogInfo object) {
        String id = object == null ? "" : ids.toCluster(object.getId());
        return new Content(id.getBytes(StandardCharsets.UTF_8), System.currentTimeMillis());
    }
}
