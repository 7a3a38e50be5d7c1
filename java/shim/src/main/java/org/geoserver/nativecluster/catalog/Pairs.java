// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Patience;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geotools.util.logging.Logging;

/**
 * A workspace has the namespace of its name, and GeoServer cannot do without. They are two objects of the cluster: removed and
 * renamed on several nodes at once they may not fit. Then the workspace counts, and a namespace that has none is given its name.
 */
final class Pairs {
    /** The one comes with the other at once, or nearly so. */
    private static final long MILLIS = 5_000;

    /** Of more removed namespaces it is not known what they were. */
    private static final int MAX_FORMER = 1_000;

    /** GeoServer leaves a workspace out that has none when it starts. */
    private static final String NEW = "<namespace/>";

    /** What is added to the id of its workspace. */
    private static final String NEW_ID = "-namespace";

    private static final Logger LOGGER = Logging.getLogger(Pairs.class);

    private final Catalog catalog;
    private final Codec codec;
    private final Ids ids;
    private final Consumer<String> changed;
    private final Patience patience;

    /** The id in the cluster and the content of those that were removed, by prefix. */
    private final Map<String, Map.Entry<String, Content>> former = new HashMap<>();
    private boolean isDue;

    /**
     * @param changed called with the key of each namespace that is renamed
     * @param clock milliseconds, from any beginning
     */
    Pairs(Catalog catalog, Codec codec, Ids ids, Consumer<String> changed, LongSupplier clock) {
        this.catalog = catalog;
        this.codec = codec;
        this.ids = ids;
        this.changed = changed;
        this.patience = new Patience(MILLIS, clock);
    }

    /** One of either kind was put in place or removed. */
    void touched() {
        isDue = true;
    }

    boolean isSettled() {
        return !isDue;
    }

    void settle() {
        if (isDue) {
            isDue = false;
            for (WorkspaceInfo workspace : catalog.getWorkspaces()) {
                if (catalog.getNamespaceByPrefix(workspace.getName()) != null) {
                    patience.forget(workspace.getId());
                } else if (patience.isOver(workspace.getId())) {
                    mend(workspace);
                } else {
                    isDue = true;
                }
            }
        }
    }

    /** A namespace was removed as another node had it: it comes back if the workspace does. */
    void removed(String clusterId, NamespaceInfo namespace) {
        if (former.size() >= MAX_FORMER) {
            former.clear();
        }
        former.put(namespace.getPrefix(), Map.entry(clusterId, codec.encode(namespace)));
    }

    private void mend(WorkspaceInfo workspace) {
        patience.forget(workspace.getId());
        NamespaceInfo namespace = catalog.getNamespaces().stream()
                .filter(each -> catalog.getWorkspaceByName(each.getPrefix()) == null)
                .min(Comparator.<NamespaceInfo, Boolean>comparing(each -> !isUsed(each, workspace))
                        .thenComparing(each -> ids.toCluster(each.getId())))
                .orElse(null);
        if (namespace == null) {
            restore(workspace);
            return;
        }
        LOGGER.info(namespace.getPrefix() + " is a namespace without a workspace, and is that of " + workspace.getName() + " now");
        State.rename(namespace, workspace.getName());
        Kind.save(catalog.getFacade(), namespace);
        changed.accept(Kind.NAMESPACE.key(ids.toCluster(namespace.getId())));
    }

    private void restore(WorkspaceInfo workspace) {
        Map.Entry<String, Content> removed = former.remove(workspace.getName());
        boolean isBack = removed != null && isFree(removed.getKey());
        String id = isBack ? removed.getKey() : newId(workspace);
        NamespaceInfo namespace = isBack ? decode(removed.getValue(), id) : make(workspace, id);
        LOGGER.info("The workspace " + workspace.getName() + " had no namespace: it has " + namespace.getURI());
        catalog.fireAdded(Kind.add(catalog.getFacade(), namespace));
        changed.accept(Kind.NAMESPACE.key(id));
    }

    /** What GeoServer's REST gives a new workspace; that leaves one without if the URI is another's. */
    private NamespaceInfo make(WorkspaceInfo workspace, String id) {
        NamespaceInfo namespace = decode(new Content(NEW.getBytes(StandardCharsets.UTF_8), 0), id);
        namespace.setPrefix(workspace.getName());
        String uri = "http://" + workspace.getName();
        namespace.setURI(catalog.getNamespaceByURI(uri) == null ? uri : uri + '#' + ids.toCluster(workspace.getId()));
        return namespace;
    }

    private NamespaceInfo decode(Content content, String id) {
        return (NamespaceInfo) codec.decode(content, ids.toLocal(id));
    }

    /** The same one on all nodes that make it at once. */
    private String newId(WorkspaceInfo workspace) {
        String id = ids.toCluster(workspace.getId()) + NEW_ID;
        while (!isFree(id)) {
            id += NEW_ID;
        }
        return id;
    }

    /** Not if it is that of a namespace with another name, or gave way to one. */
    private boolean isFree(String id) {
        return ids.toCluster(id).equals(id) && catalog.getNamespace(ids.toLocal(id)) == null;
    }

    /** Whether something of the workspace is in it. */
    private boolean isUsed(NamespaceInfo namespace, WorkspaceInfo workspace) {
        List<ResourceInfo> all = catalog.getResourcesByNamespace(namespace, ResourceInfo.class);
        return all.stream().anyMatch(each -> State.same(each.getStore().getWorkspace(), workspace));
    }
}
