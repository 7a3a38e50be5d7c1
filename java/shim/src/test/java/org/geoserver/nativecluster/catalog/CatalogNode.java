// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.GeoServer;
import org.geoserver.nativecluster.active.FakeSharedObjects;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.geoserver.nativecluster.active.Steps;
import org.geoserver.nativecluster.active.UpdateSequence;

/** A node of a cluster of catalogs in memory, whose steps the test takes. */
class CatalogNode {
    /** Of turns of all nodes; each lets pass more time than anything is waited for. */
    private static final int MAX_TURNS = 60;

    private static final long TURN_MILLIS = 11_000;

    final String name;
    final MemoryCatalog catalog = new MemoryCatalog();
    final Make make = new Make(catalog);
    final FakeSharedObjects shared;
    private final Path dataDirectory;
    private final AtomicLong clock;
    ClusterIds ids;
    private CatalogPart part;
    Steps steps;

    /** @param clock milliseconds, of all nodes */
    CatalogNode(Cloud cloud, String name, Path dataDirectory, AtomicLong clock) {
        this.name = name;
        this.dataDirectory = dataDirectory;
        this.clock = clock;
        shared = new FakeSharedObjects(cloud, name);
        start();
    }

    private void start() {
        GeoServer geoServer = (GeoServer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {GeoServer.class}, (proxy, method, arguments) -> List.of());
        ids = new ClusterIds();
        part = new CatalogPart(
                catalog,
                catalog.persisters(),
                shared,
                ids,
                new UpdateSequence(catalog, geoServer),
                dataDirectory,
                false,
                clock::get);
        steps = new Steps(shared, part, clock::get);
    }

    /** What it was told of is published before, what it knew of the cluster's ids is not known any more. */
    void restart() {
        steps.publish();
        catalog.getListeners().clear();
        start();
        steps.compare();
    }

    /** Has all of them publish and apply until there is nothing to do. */
    static void settle(List<? extends CatalogNode> nodes, AtomicLong clock) {
        for (int i = 0; i < MAX_TURNS; i++) {
            clock.addAndGet(TURN_MILLIS);
            nodes.forEach(node -> node.steps.turn());
            if (nodes.stream().allMatch(node -> node.steps.isIdle())) {
                return;
            }
        }
    }

    /** That nothing waits, that nothing refers to what is not there, and that all of them have the same. */
    static void assertEqual(List<? extends CatalogNode> nodes) {
        for (CatalogNode node : nodes) {
            assertEquals(Map.of(), node.steps.pending(), node.name);
            assertTrue(node.steps.isIdle(), node.name);
            node.assertWhole();
        }
        Map<String, String> first = nodes.get(0).state();
        for (CatalogNode other : nodes.subList(1, nodes.size())) {
            Map<String, String> state = other.state();
            List<String> differ = new ArrayList<>();
            for (Map<String, String> each : List.of(first, state)) {
                each.forEach((key, text) -> {
                    if (!Objects.equals(first.get(key), state.get(key))) {
                        differ.add(key + " is " + text + (each == first ? " on a" : " on " + other.name));
                    }
                });
            }
            assertEquals(List.of(), differ);
        }
    }

    /** All objects by the cluster's ids, and the default workspace and namespace. */
    Map<String, String> state() {
        Map<String, String> state = new TreeMap<>();
        for (CatalogInfo object : catalog.objects.values()) {
            String key = Kind.of(object).key(ids.toCluster(object.getId()));
            state.put(key, new String(part.read(key).content().bytes(), StandardCharsets.UTF_8));
        }
        WorkspaceInfo workspace = catalog.getDefaultWorkspace();
        state.put("default workspace", named(workspace));
        if (workspace != null && catalog.getNamespaceByPrefix(workspace.getName()) != null) {
            state.put("default namespace", named(catalog.getDefaultNamespace()));
        }
        return state;
    }

    private static String named(CatalogInfo object) {
        return String.valueOf(ModificationProxy.unwrap(object));
    }

    void assertWhole() {
        for (WorkspaceInfo workspace : catalog.getWorkspaces()) {
            assertTrue(catalog.getNamespaceByPrefix(workspace.getName()) != null, name + ": no namespace of " + workspace + " in " + catalog.getNamespaces());
        }
        for (CatalogInfo object : catalog.objects.values()) {
            for (CatalogInfo reference : references(object)) {
                String what = name + ": " + object + " refers to " + reference.getId();
                assertSame(reference, catalog.objects.get(reference.getId()), what);
            }
        }
    }

    private static List<CatalogInfo> references(CatalogInfo object) {
        List<CatalogInfo> references = new ArrayList<>();
        if (object instanceof Infos.Store store) {
            references.add(store.workspace);
        } else if (object instanceof Infos.Resource resource) {
            references.addAll(List.of(resource.namespace, resource.store));
        } else if (object instanceof Infos.Layer layer) {
            references.addAll(List.of(layer.resource, layer.defaultStyle));
        } else if (object instanceof Infos.Group group) {
            references.add(group.workspace);
            group.publishables.forEach(references::add);
            references.addAll(group.styles);
        } else if (object instanceof Infos.Style style) {
            references.add(style.workspace);
        }
        references.removeIf(Objects::isNull);
        return references;
    }
}
