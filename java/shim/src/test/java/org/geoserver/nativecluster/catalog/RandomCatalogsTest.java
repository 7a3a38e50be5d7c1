// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random edits of three catalogs, of few names, so that they meet, while the nodes are cut off from each other and while they are
 * not, with restarts: in the end the catalogs are equal, nothing waits, and nothing refers to what is not there.
 */
class RandomCatalogsTest {
    private static final int NAMES = 3;

    /** How many runs there are of each length; of one that fails the seed is told, and what happened. */
    private static final int RUNS = Integer.getInteger("random.runs", 150);

    @TempDir
    static Path dataDirectory;

    /** Three nodes, and what happens to them. */
    private static final class Run {
        final Random random;
        final Cloud cloud = new Cloud();
        final AtomicLong clock = new AtomicLong(1_000);
        final List<Node> nodes = new ArrayList<>();
        final List<String> done = new ArrayList<>();
        int made;

        Run(long seed) {
            random = new Random(seed * 0x9e37_79b9_7f4a_7c15L);
            for (String name : List.of("a", "b", "c")) {
                nodes.add(new Node(this, name));
            }
        }

        <T> T any(List<T> list) {
            return list.isEmpty() ? null : list.get(random.nextInt(list.size()));
        }

        void note(Object... what) {
            done.add(Stream.of(what).map(String::valueOf).collect(Collectors.joining(" ")));
        }

        void edits(int count) {
            for (int i = 0; i < count; i++) {
                clock.incrementAndGet();
                any(nodes).edit();
                Node node = any(nodes);
                switch (random.nextInt(8)) {
                    case 0, 1 -> {
                        note(node.name, "publishes");
                        node.steps.publish();
                    }
                    case 2, 3, 4 -> {
                        note(node.name, "publishes and applies");
                        node.steps.turn();
                    }
                    case 5 -> {
                        if (random.nextInt(8) == 0) {
                            note(node.name, "restarts");
                            node.restart();
                        }
                    }
                    default -> note(node.name, "does nothing");
                }
            }
        }

        void settle() {
            note("all settle");
            CatalogNode.settle(nodes, clock);
        }

        void all(int size) {
            edits(size);
            for (int i = 0; i < 2; i++) {
                settle();
                note("the network is cut");
                cloud.cut();
                edits(size);
                note("the network is mended");
                cloud.mend();
                edits(size / 2);
            }
            settle();
            CatalogNode.assertEqual(nodes);
            nodes.forEach(node -> node.steps.compare());
            settle();
            CatalogNode.assertEqual(nodes);
        }
    }

    /** A node whose edits are as GeoServer's REST interface and pages make them. */
    private static final class Node extends CatalogNode {
        private final Run run;

        Node(Run run, String name) {
            super(run.cloud, name, dataDirectory, run.clock);
            this.run = run;
        }

        private <T extends CatalogInfo> List<T> all(Class<T> type, Predicate<T> which) {
            return catalog.objects.values().stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .filter(which)
                    .toList();
        }

        private <T extends CatalogInfo> T any(Class<T> type, Predicate<T> which) {
            return run.any(all(type, which));
        }

        private <T extends CatalogInfo> T any(Class<T> type) {
            return any(type, each -> true);
        }

        private String id(String kind) {
            return kind + run.made++ + name;
        }

        private void changed(Infos.Base object, String property) {
            object.dateModified = new Date(run.clock.get());
            catalog.firePostModified(object, List.of(property), List.of(), List.of());
        }

        private <T extends Infos.Base> T dated(T object) {
            object.dateModified = new Date(run.clock.get());
            return object;
        }

        private Infos.Namespace namespaceOf(Infos.Workspace workspace) {
            return all(Infos.Namespace.class, each -> each.name.equals(workspace.name)).stream().findFirst().orElse(null);
        }

        void edit() {
            String free = "n" + run.random.nextInt(NAMES);
            Infos.Workspace workspace = any(Infos.Workspace.class);
            int choice = run.random.nextInt(16);
            if (choice < 3 || workspace == null) {
                addWorkspace(free);
                return;
            }
            switch (choice) {
                case 3 -> remove(workspace);
                case 4, 5 -> rename(workspace, free);
                case 6, 7 -> addStore(workspace, free);
                case 8, 9 -> addLayer(any(Infos.DataStore.class), free);
                case 10 -> title(any(Infos.FeatureType.class));
                case 11 -> remove(any(Infos.Layer.class));
                case 12 -> style(run.random.nextBoolean() ? workspace : null, free);
                case 13 -> group(workspace, free);
                case 14 -> setDefault(workspace);
                default -> store(any(Infos.DataStore.class), free);
            }
        }

        private void addWorkspace(String free) {
            if (catalog.getWorkspaceByName(free) != null || catalog.getNamespaceByPrefix(free) != null) {
                return;
            }
            Infos.Workspace workspace = dated(make.workspace(id("W"), free));
            Infos.Namespace namespace = dated(make.namespace(id("N"), free, "http://" + run.made));
            if (catalog.getDefaultWorkspace() == null) {
                setDefault(workspace);
            }
            run.note(name, "makes workspace", free, workspace.id, namespace.id);
        }

        private void setDefault(Infos.Workspace workspace) {
            run.note(name, "makes default", workspace);
            catalog.setDefaultWorkspace(workspace);
            catalog.setDefaultNamespace(workspace == null ? null : namespaceOf(workspace));
        }

        private void remove(Infos.Workspace workspace) {
            Infos.Namespace own = namespaceOf(workspace);
            if (!all(Infos.FeatureType.class, each -> each.namespace == own && each.store.workspace != workspace).isEmpty()) {
                return;
            }
            run.note(name, "removes workspace", workspace.name, workspace.id);
            all(Infos.Store.class, each -> each.workspace == workspace).forEach(this::remove);
            all(Infos.Group.class, each -> each.workspace == workspace).forEach(catalog::remove);
            all(Infos.Style.class, each -> each.workspace == workspace).forEach(this::remove);
            Infos.Namespace namespace = namespaceOf(workspace);
            catalog.remove(workspace);
            if (namespace != null) {
                catalog.remove(namespace);
            }
            if (catalog.getDefaultWorkspace() == null) {
                setDefault(any(Infos.Workspace.class));
            }
        }

        private void remove(Infos.Store store) {
            all(Infos.Layer.class, each -> each.resource.store == store).forEach(this::remove);
            all(Infos.FeatureType.class, each -> each.store == store).forEach(catalog::remove);
            catalog.remove(store);
            if (State.same(catalog.getDefaultDataStore(store.workspace), store)) {
                catalog.setDefaultDataStore(store.workspace, any(Infos.DataStore.class, each -> each.workspace == store.workspace));
            }
        }

        private void remove(Infos.Layer layer) {
            if (layer == null) {
                return;
            }
            run.note(name, "removes layer", layer.id);
            for (Infos.Group group : all(Infos.Group.class, each -> each.publishables.contains(layer))) {
                catalog.remove(group);
            }
            catalog.remove(layer);
            catalog.remove(layer.resource);
        }

        private void remove(Infos.Style style) {
            for (Infos.Layer layer : all(Infos.Layer.class, each -> each.defaultStyle == style)) {
                layer.defaultStyle = globalStyle();
                layer.styles.clear();
                changed(layer, "defaultStyle");
            }
            for (Infos.Group group : all(Infos.Group.class, each -> each.styles.contains(style))) {
                group.styles.replaceAll(each -> each == style ? globalStyle() : each);
                changed(group, "styles");
            }
            catalog.remove(style);
        }

        /** As those that GeoServer has from its beginning. */
        private Infos.Style globalStyle() {
            Infos.Style style = (Infos.Style) catalog.objects.get("point");
            if (style == null) {
                style = make.object(new Infos.Style(), "point", "point");
                style.filename = "point.sld";
                catalog.add(style).dateModified = new Date(1);
            }
            return style;
        }

        private void rename(Infos.Workspace workspace, String free) {
            if (catalog.getWorkspaceByName(free) != null || catalog.getNamespaceByPrefix(free) != null) {
                return;
            }
            run.note(name, "renames workspace", workspace.name, workspace.id, "to", free);
            Infos.Namespace namespace = namespaceOf(workspace);
            workspace.name = free;
            changed(workspace, "name");
            if (namespace != null) {
                namespace.name = free;
                changed(namespace, "prefix");
            }
        }

        private void addStore(Infos.Workspace workspace, String free) {
            if (all(Infos.Store.class, each -> each.workspace == workspace && each.name.equals(free)).isEmpty()) {
                Infos.DataStore store = dated(make.store(new Infos.DataStore(), id("D"), workspace, free));
                if (catalog.getDefaultDataStore(workspace) == null) {
                    catalog.setDefaultDataStore(workspace, store);
                }
                run.note(name, "makes store", free, store.id, "in", workspace.id);
            }
        }

        private void addLayer(Infos.DataStore store, String free) {
            Infos.Namespace namespace = store == null ? null : namespaceOf(store.workspace);
            if (namespace == null
                    || !all(Infos.FeatureType.class, each -> each.namespace == namespace && each.name.equals(free)).isEmpty()) {
                return;
            }
            Infos.Style style =
                    any(Infos.Style.class, each -> each.workspace == null || each.workspace == store.workspace);
            Infos.FeatureType type = make.object(new Infos.FeatureType(), id("F"), free);
            type.namespace = namespace;
            type.store = store;
            dated(catalog.add(type));
            Infos.Layer layer = dated(make.layer(id("L"), type, style == null ? globalStyle() : style));
            run.note(name, "makes layer", free, layer.id, type.id, "in", store.id);
        }

        private void title(Infos.FeatureType type) {
            if (type != null) {
                type.title = "title " + run.made++;
                changed(type, "title");
                run.note(name, "gives title", type.id);
            }
        }

        private void style(Infos.Workspace workspace, String free) {
            List<Infos.Style> same =
                    all(Infos.Style.class, each -> Objects.equals(each.workspace, workspace) && each.name.equals(free));
            if (same.isEmpty()) {
                Infos.Style style = make.object(new Infos.Style(), id("S"), free);
                style.workspace = workspace;
                style.filename = free + ".sld";
                dated(catalog.add(style));
                run.note(name, "makes style", free, style.id, "in", workspace == null ? null : workspace.id);
            } else {
                run.note(name, "removes style", free, same.get(0).id);
                remove(same.get(0));
            }
        }

        private void group(Infos.Workspace workspace, String free) {
            Infos.Layer layer = any(Infos.Layer.class, each -> each.resource.store.workspace == workspace);
            List<Infos.Group> same =
                    all(Infos.Group.class, each -> each.workspace == workspace && each.name.equals(free));
            if (!same.isEmpty()) {
                catalog.remove(same.get(0));
                run.note(name, "removes group", free, same.get(0).id);
            } else if (layer != null) {
                Infos.Group group = make.object(new Infos.Group(), id("G"), free);
                group.workspace = workspace;
                group.publishables.add(layer);
                group.styles.add(layer.defaultStyle);
                dated(catalog.add(group));
                run.note(name, "makes group", free, group.id, "of", layer.id);
            }
        }

        private void store(Infos.DataStore store, String free) {
            if (store == null) {
                return;
            }
            switch (run.random.nextInt(3)) {
                case 0 -> {
                    run.note(name, "removes store", store.id);
                    remove(store);
                }
                case 1 -> {
                    run.note(name, "makes default store", store.id);
                    catalog.setDefaultDataStore(store.workspace, store);
                }
                default -> {
                    if (all(Infos.Store.class, each -> each.workspace == store.workspace && each.name.equals(free)).isEmpty()) {
                        store.name = free;
                        changed(store, "name");
                        run.note(name, "renames store", store.id, "to", free);
                    }
                }
            }
        }
    }

    /** Short runs first: what fails in them is easily understood. */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 20})
    void theyAreEqualInTheEnd(int size) {
        for (long seed = Long.getLong("random.seed", 1); seed <= RUNS; seed++) {
            run(size, seed);
        }
    }

    /** Found by more runs than are made each time. */
    @ParameterizedTest
    @CsvSource({"8, 1338", "20, 391", "20, 546", "20, 832", "20, 904", "20, 1427"})
    void theyAreEqualWhereTheyWereNotOnce(int size, long seed) {
        run(size, seed);
    }

    private static void run(int size, long seed) {
        Run run = new Run(seed);
        try {
            run.all(size);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\nafter " + String.join("\n", run.done), e);
        }
    }
}
