// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.config.GeoServer;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.ObjectsTold;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.UpdateSequence;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is given one name on two nodes at once becomes one, on all of three. */
class SameNameTest {
    private static final int MAX_ROUNDS = 20;

    @TempDir
    static Path dataDirectory;

    private final Map<String, Content> cluster = new TreeMap<>();
    private final Set<String> lost = new TreeSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Node a = new Node();
    private final Node b = new Node();
    private final Node c = new Node();

    /** A catalog, what it has to tell and what it has to apply. */
    private final class Node {
        final MemoryCatalog catalog = new MemoryCatalog();
        final Make make = new Make(catalog);
        final Set<String> changed = new LinkedHashSet<>();
        final Map<String, Content> pending = new TreeMap<>();
        CatalogPart part;
        int comparisons;

        Node() {
            restart();
            nodes.add(this);
        }

        void restart() {
            catalog.getListeners().clear();
            SharedObjects shared = proxy(SharedObjects.class, SameNameTest.this::shared);
            GeoServer geoServer = proxy(GeoServer.class, (name, arguments) -> List.of());
            part = new CatalogPart(
                    catalog,
                    catalog.persisters(),
                    shared,
                    new ClusterIds(),
                    new UpdateSequence(catalog, geoServer),
                    dataDirectory,
                    false);
            part.start(key -> {
                if (key.equals(Part.ALL)) {
                    comparisons++;
                } else {
                    changed.add(key);
                }
            });
        }

        /** As the pages do, which rename the namespace too. */
        void rename(String name, Date when, String... ids) {
            for (String id : ids) {
                Infos.Base object = (Infos.Base) catalog.objects.get(id);
                object.name = name;
                object.dateModified = when;
                catalog.firePostModified(object, List.of("name"), List.of(), List.of(name));
            }
        }

        void publish() {
            for (String key : List.copyOf(changed)) {
                changed.remove(key);
                Local local = part.read(key);
                if (local != null) {
                    cluster.put(key, local.content());
                    pending.remove(key);
                    nodes.stream().filter(node -> node != this).forEach(node -> node.pending.put(key, local.content()));
                }
            }
        }

        /** Until all is applied that can be. */
        void apply() {
            List<Pending> all = new ArrayList<>();
            pending.forEach((key, content) -> all.add(new Pending(key, 1, content, -1, "node", false, 0)));
            all.sort(Comparator.comparingInt(each -> part.order(each.key())));
            part.coming(all);
            for (Pending each : all) {
                Applied[] applied = new Applied[1];
                Applying.run(() -> applied[0] = part.apply(each));
                if (applied[0].problem() == null) {
                    pending.remove(each.key());
                }
            }
        }

        void applyOneOf(Random random) {
            Map<String, Content> others = new TreeMap<>(pending);
            if (!others.isEmpty()) {
                String one = List.copyOf(others.keySet()).get(random.nextInt(others.size()));
                others.remove(one);
                pending.keySet().removeAll(others.keySet());
                apply();
                others.forEach(pending::putIfAbsent);
            }
        }

        TreeMap<String, String> snapshot() {
            TreeMap<String, String> texts = new TreeMap<>();
            ObjectsTold.by(part::snapshot).forEach((key, content) -> {
                if (ClusterIds.movedTo(content) == null) {
                    texts.put(key, new String(content.bytes(), StandardCharsets.UTF_8));
                }
            });
            return texts;
        }
    }

    private interface Answers {
        Object answer(String method, Object[] arguments);
    }

    private <T> T proxy(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.answer(method.getName(), arguments)));
    }

    private Object shared(String method, Object[] arguments) {
        return switch (method) {
            case "content" -> cluster.get(arguments[0]);
            case "keys" -> cluster.keySet().stream().filter(key -> key.startsWith((String) arguments[0])).toList();
            case "lost" -> lost.add((String) arguments[1]);
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private void exchange() {
        for (int i = 0; i < MAX_ROUNDS; i++) {
            nodes.forEach(Node::publish);
            nodes.forEach(Node::apply);
        }
        nodes.forEach(node -> assertEquals(Map.of(), node.pending));
        nodes.forEach(node -> assertEquals(Set.of(), node.changed));
    }

    /** A workspace with a store of data, what it serves, and its layer, style and group. */
    private static void make(Node node, String suffix, String name) {
        Infos.Workspace workspace = node.make.workspace("W" + suffix, name);
        Infos.Namespace namespace = node.make.namespace("N" + suffix, name, "http://" + suffix);
        Infos.Style style = node.make.style("S" + suffix, workspace);
        Infos.Store store = node.make.store(new Infos.DataStore(), "D" + suffix, workspace, "data");
        Infos.FeatureType type = node.make.resource(new Infos.FeatureType(), "F" + suffix, namespace, store);
        type.name = "roads";
        Infos.Layer layer = node.make.layer("L" + suffix, type, style);
        node.make.group("G" + suffix, workspace, layer);
        node.make.store(new Infos.DataStore(), "O" + suffix, workspace, "of " + suffix);
    }

    private void makeTwo() {
        make(a, "1", "one");
        make(b, "2", "two");
        a.catalog.setDefaultWorkspace((WorkspaceInfo) a.catalog.objects.get("W1"));
        exchange();
    }

    private void assertOne() {
        nodes.forEach(node -> assertEquals(List.of("new"), names(node)));
        assertEquals(a.snapshot(), b.snapshot());
        assertEquals(a.snapshot(), c.snapshot());
        for (Node node : nodes) {
            // a workspace, its namespace, two stores, their type and layer, its style, the group, and the store of each
            assertEquals(9, node.catalog.objects.size(), node.catalog.objects.keySet().toString());
            node.catalog.objects.values().forEach(object -> assertTrue(refersToWhatIsHere(node, object), object.toString()));
            assertEquals("new", node.catalog.getDefaultWorkspace().getName());
            assertTrue(node.comparisons > 0, "settings and tiles are known by the ids of what they are for");
        }
    }

    /** One is called as the other by this node, and the other way round by those that decide at once. */
    @Test
    void decisionsThatContradictEachOtherLoseNothing() {
        a.make.style("S1", null);
        exchange();
        for (String moved : List.of("S1 S2", "S2 S1", "S1 S2", "S1 S3", "S3 S2", "S2 S1")) {
            String[] ids = moved.split(" ");
            String key = Kind.STYLE.key(ids[0]);
            Content content = new Content(("<movedTo>" + ids[1] + "</movedTo>").getBytes(StandardCharsets.UTF_8), 0);
            cluster.put(key, content);
            nodes.forEach(node -> node.pending.put(key, content));
            nodes.forEach(Node::apply);
            nodes.forEach(node -> assertEquals(Set.of("S1"), node.catalog.objects.keySet(), moved));
            exchange();
            assertNotNull(cluster.get(Kind.STYLE.key(ids[1])), "somebody says what it is");
            nodes.forEach(node -> assertEquals(a.snapshot(), node.snapshot(), moved));
            assertEquals(Set.of(Kind.STYLE.key(ids[1])), a.snapshot().keySet());
        }
    }

    /** Found in a real GeoServer, where two of three nodes had made a style of one name, and the third one lost it. */
    @ParameterizedTest
    @ValueSource(ints = {85, 1, 2, 3})
    void whateverComesFirstItIsOneObjectEverywhere(int from) {
        for (int seed = from; seed < from + 400; seed += 4) {
            SameNameTest three = new SameNameTest();
            three.makeStyles(new Random(seed));
            three.exchange();
            for (Node node : three.nodes) {
                assertEquals(1, node.catalog.objects.size(), "seed " + seed);
                assertEquals(three.a.snapshot(), node.snapshot(), "seed " + seed);
            }
        }
    }

    /** Of one name on two nodes or three, and a part of what is then told and applied, in any order. */
    private void makeStyles(Random random) {
        Date[] dates = {new Date(1000), new Date(2000), null};
        for (Node node : random.nextBoolean() ? nodes : List.of(a, b)) {
            node.make.style("S" + nodes.indexOf(node), null).dateModified = dates[random.nextInt(dates.length)];
        }
        for (int i = 0; i < 12; i++) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(4)) {
                case 0 -> node.publish();
                case 1 -> node.apply();
                case 2 -> node.applyOneOf(random);
                default -> node.snapshot();
            }
        }
    }

    private static List<String> names(Node node) {
        return node.catalog.getWorkspaces().stream().map(WorkspaceInfo::getName).toList();
    }

    private static boolean refersToWhatIsHere(Node node, CatalogInfo object) {
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
        return references.stream().allMatch(each -> node.catalog.objects.get(each.getId()) == each);
    }

    /** The third node hears of the one first, or of the other, or of both at once. */
    @ParameterizedTest
    @CsvSource({
        "1, 2, both", "2, 1, both", "1, 2, renamed", "2, 1, renamed", "1, 2, made", "2, 1, made",
    })
    void aWorkspaceThatIsRenamedAndOneThatIsMade(long renamed, long made, String first) {
        make(a, "1", "old");
        a.catalog.setDefaultWorkspace((WorkspaceInfo) a.catalog.objects.get("W1"));
        exchange();
        if (first.equals("renamed")) {
            a.rename("new", new Date(renamed), "W1", "N1");
            a.publish();
            c.apply();
        }
        make(b, "2", "new");
        b.catalog.objects.values().forEach(object -> object.setDateModified(new Date(made)));
        if (first.equals("made")) {
            b.publish();
            c.apply();
        }
        if (!first.equals("renamed")) {
            a.rename("new", new Date(renamed), "W1", "N1");
        }
        exchange();
        assertOne();
    }

    @Test
    void twoWorkspacesThatAreGivenOneName() {
        makeTwo();
        a.rename("new", new Date(1), "W1", "N1");
        b.rename("new", new Date(2), "W2", "N2");
        exchange();
        assertOne();
    }

    /** It hears when it starts, and compares before it applies. */
    @Test
    void aNodeThatWasDownHasBothAndMakesThemOne() {
        makeTwo();
        a.rename("new", new Date(1), "W1", "N1");
        b.rename("new", new Date(2), "W2", "N2");
        for (int i = 0; i < MAX_ROUNDS; i++) {
            List.of(a, b).forEach(Node::publish);
            List.of(a, b).forEach(Node::apply);
        }
        c.restart();
        c.snapshot();
        exchange();
        assertOne();
    }

    @Test
    void theDefaultStoreIsThatOfTheWorkspaceThatStands() {
        makeTwo();
        a.catalog.setDefaultDataStore((WorkspaceInfo) a.catalog.objects.get("W1"), (Infos.DataStore) a.catalog.objects.get("O1"));
        b.catalog.setDefaultDataStore((WorkspaceInfo) b.catalog.objects.get("W2"), (Infos.DataStore) b.catalog.objects.get("O2"));
        exchange();
        a.rename("new", new Date(1), "W1", "N1");
        b.rename("new", new Date(2), "W2", "N2");
        exchange();
        Content former = cluster.get("default/store/W1");
        nodes.forEach(node -> node.pending.put("default/store/W1", former));
        exchange();
        nodes.forEach(node -> assertEquals(
                "of 2", node.catalog.getDefaultDataStore(node.catalog.getWorkspaceByName("new")).getName()));

        // not waited for when it is removed
        for (Node node : nodes) {
            List.copyOf(node.catalog.objects.values()).forEach(object -> Applying.run(() -> node.catalog.remove(object)));
            node.pending.put("default/store/W1", former);
        }
        exchange();
    }

    @Test
    void storesOfTwoKindsStayTwo() {
        makeTwo();
        b.make.store(new Infos.CoverageStore(), "C", (Infos.Workspace) b.catalog.objects.get("W2"), "of 1");
        exchange();
        a.rename("new", new Date(1), "W1", "N1");
        b.rename("new", new Date(2), "W2", "N2");
        exchange();
        nodes.forEach(node -> assertEquals(10, node.catalog.objects.size()));
        assertEquals(a.snapshot(), b.snapshot());
        assertEquals(a.snapshot(), c.snapshot());
    }

    /** It is not in its workspace yet: GeoServer refuses it as the default, and all that was to become one stayed half of it. */
    @Test
    void aStoreThatStandsBecomesTheDefaultInAnotherWorkspace() {
        makeTwo();
        a.rename("data", new Date(Long.MAX_VALUE), "D1");
        b.catalog.setDefaultDataStore((WorkspaceInfo) b.catalog.objects.get("W2"), (Infos.DataStore) b.catalog.objects.get("D2"));
        exchange();
        a.rename("new", new Date(1), "W1", "N1");
        b.rename("new", new Date(2), "W2", "N2");
        exchange();
        assertOne();
        for (Node node : nodes) {
            node.snapshot();
            WorkspaceInfo workspace = node.catalog.getWorkspaceByName("new");
            assertEquals("data", node.catalog.getDefaultDataStore(workspace).getName());
        }
    }
}
