// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
import org.geoserver.nativecluster.active.Patience;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/** The default workspace, and the default store of each workspace: the content is the cluster's id, or empty for none. */
final class Defaults {
    static final String PREFIX = "default/";
    static final String WORKSPACE = PREFIX + "workspace";
    private static final String STORE = PREFIX + "store/";

    /** What comes with a default comes at once, or nearly so. */
    private static final long MILLIS = 5_000;

    private final Catalog catalog;
    private final Ids ids;
    private final Removed removed;
    private final SharedObjects shared;
    private final Consumer<String> changed;
    private final Patience patience;

    /** The keys of those of which is told what is here, though nobody edited it. */
    private final Set<String> uncertain = new LinkedHashSet<>();

    /** The id of the workspace that is the default until the cluster's is here, or null. */
    private String standIn;

    /**
     * @param changed called with the key of what this node has to tell although nobody edited it
     * @param clock milliseconds, from any beginning
     */
    Defaults(
            Catalog catalog,
            Ids ids,
            Removed removed,
            SharedObjects shared,
            Consumer<String> changed,
            LongSupplier clock) {
        this.catalog = catalog;
        this.ids = ids;
        this.removed = removed;
        this.shared = shared;
        this.changed = changed;
        this.patience = new Patience(MILLIS, clock);
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
            Content here = content(defaultStore(each));
            Content there = shared.content(key);
            boolean equal = there != null && Arrays.equals(here.bytes(), there.bytes());
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
        return Local.of(content(defaultStore(workspace)));
    }

    Applied apply(Pending pending) {
        String key = pending.key();
        if (key.equals(WORKSPACE)) {
            return applyWorkspace(pending);
        } else if (!ids.toCluster(workspaceId(key)).equals(workspaceId(key))) {
            // the workspace gave way to another one, whose default counts
            return Applied.as(pending.isRemoval() ? Local.NOTHING : Local.of(pending.content()));
        }
        WorkspaceInfo workspace = workspace(key);
        if (workspace == null) {
            return pending.isRemoval()
                    ? Applied.as(Local.NOTHING)
                    : Applied.without("Its workspace is not here yet", Kind.WORKSPACE.key(workspaceId(key)));
        }
        return applyStore(workspace, pending);
    }

    /** Of what is removed with the last one this comes first: what is here is the default as long as it is here. */
    private static Applied none(Pending pending) {
        return Applied.as(pending.isRemoval() ? Local.NOTHING : Local.of(pending.content()));
    }

    /** What keeps it from being applied may be over soon; if it is not, what is here is told instead. */
    private Applied unless(Pending pending, String problem) {
        if (!patience.isOver(pending.key())) {
            return Applied.not(problem);
        }
        patience.forget(pending.key());
        uncertain.add(pending.key());
        return none(pending);
    }

    private Applied applyWorkspace(Pending pending) {
        String id = ids.toLocal(text(pending.content()));
        if (id.isEmpty() && defaultWorkspace() != null) {
            return unless(pending, "There is none, and the last workspace, which was removed, is here yet");
        } else if (id.isEmpty()) {
            return none(pending);
        }
        WorkspaceInfo wanted = catalog.getWorkspace(id);
        if (wanted == null) {
            return Applied.without(
                    "The workspace that is to be the default is not here yet", Kind.WORKSPACE.key(ids.toCluster(id)));
        }
        setDefault(wanted);
        return Applied.as(Local.of(content(defaultWorkspace())));
    }

    /** GeoServer's listener is not told, for it fails where there is no default yet: so the namespace follows here. */
    private void setDefault(WorkspaceInfo workspace) {
        if (workspace == null) {
            return;
        }
        if (!State.same(defaultWorkspace(), workspace)) {
            catalog.setDefaultWorkspace(ModificationProxy.unwrap(workspace));
        }
        NamespaceInfo namespace = catalog.getNamespaceByPrefix(workspace.getName());
        if (namespace != null && !State.same(catalog.getDefaultNamespace(), namespace)) {
            catalog.setDefaultNamespace(ModificationProxy.unwrap(namespace));
        }
    }

    /** Last of a round: as with GeoServer another workspace or store takes the place of a default that is gone, if there is any. */
    void settle() {
        settleWorkspace();
        for (String key : uncertain) {
            WorkspaceInfo workspace = key.equals(WORKSPACE) ? null : workspace(key);
            if (workspace != null && defaultStore(workspace) == null) {
                catalog.setDefaultDataStore(workspace, storeFor(workspace));
            }
            changed.accept(key);
        }
        uncertain.clear();
    }

    /** GeoServer's first workspace and namespace are the defaults from the beginning; its listeners fail where there are none. */
    void added(CatalogInfo object) {
        if (object instanceof WorkspaceInfo || object instanceof NamespaceInfo) {
            settleWorkspace();
        }
    }

    private void settleWorkspace() {
        WorkspaceInfo held = defaultWorkspace();
        if (held == null || held.getId().equals(standIn)) {
            String there = ids.toLocal(text(shared.content(WORKSPACE)));
            WorkspaceInfo wanted = there.isEmpty() ? null : catalog.getWorkspace(there);
            if (wanted != null) {
                standIn = null;
                held = wanted;
            } else if (held == null) {
                held = first(catalog.getWorkspaces());
                standIn = held == null ? null : held.getId();
                if (there.isEmpty()) {
                    // who removed the last one did not know of this
                    uncertain.add(WORKSPACE);
                }
            }
        }
        setDefault(held);
    }

    /** The cluster's, or else the first one; null if there is none. */
    private DataStoreInfo storeFor(WorkspaceInfo workspace) {
        String there = ids.toLocal(text(shared.content(keyOfStore(workspace, ids))));
        List<DataStoreInfo> all = catalog.getStoresByWorkspace(workspace, DataStoreInfo.class);
        return all.stream()
                .filter(store -> store.getId().equals(there))
                .map(ModificationProxy::unwrap)
                .findFirst()
                .orElseGet(() -> first(all));
    }

    /** The same one on all nodes, or null. */
    private <T extends CatalogInfo> T first(List<T> objects) {
        T first = objects.stream()
                .min(Comparator.comparing(each -> ids.toCluster(each.getId())))
                .orElse(null);
        return ModificationProxy.unwrap(first);
    }

    /** Null if there is none, or none that is in the workspace. */
    private DataStoreInfo defaultStore(WorkspaceInfo workspace) {
        DataStoreInfo held = catalog.getDefaultDataStore(workspace);
        DataStoreInfo found = held == null ? null : catalog.getStore(held.getId(), DataStoreInfo.class);
        return found != null && State.same(found.getWorkspace(), workspace) ? found : null;
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

    /** An object is not in the workspace any more: another store becomes the default. */
    void left(WorkspaceInfo workspace, CatalogInfo object) {
        if (State.same(catalog.getDefaultDataStore(workspace), object)) {
            uncertain.add(keyOfStore(workspace, ids));
        }
    }

    /** What is a default, and gives way to another object, leaves that to it; a store at last, when it is in the workspace. */
    void replace(CatalogInfo lost, CatalogInfo stands) {
        if (lost instanceof WorkspaceInfo) {
            uncertain.add(keyOfStore((WorkspaceInfo) stands, ids));
            if (State.same(catalog.getDefaultWorkspace(), lost)) {
                // the cluster may have agreed on another one since
                uncertain.add(WORKSPACE);
                standIn = stands.getId();
                catalog.setDefaultWorkspace((WorkspaceInfo) ModificationProxy.unwrap(stands));
            }
        } else if (lost instanceof NamespaceInfo && State.same(catalog.getDefaultNamespace(), lost)) {
            catalog.setDefaultNamespace((NamespaceInfo) ModificationProxy.unwrap(stands));
        } else if (lost instanceof DataStoreInfo store) {
            left(store.getWorkspace(), store);
        }
    }

    private Applied applyStore(WorkspaceInfo workspace, Pending pending) {
        String id = ids.toLocal(text(pending.content()));
        if (id.isEmpty()) {
            return none(pending);
        }
        DataStoreInfo wanted = catalog.getStore(id, DataStoreInfo.class);
        if (wanted == null) {
            return Applied.without(
                    "The store that is to be the default is not here yet", Kind.DATASTORE.key(ids.toCluster(id)));
        }
        if (!State.same(wanted.getWorkspace(), workspace)) {
            return unless(pending, "The store that is to be the default is in another workspace");
        }
        patience.forget(pending.key());
        if (!State.same(catalog.getDefaultDataStore(workspace), wanted)) {
            catalog.setDefaultDataStore(workspace, ModificationProxy.unwrap(wanted));
        }
        return Applied.as(read(pending.key()));
    }

    /** Empty if there is none. */
    private static String text(Content content) {
        return content == null ? "" : new String(content.bytes(), StandardCharsets.UTF_8);
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
