// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.nativecluster.active.FakeSharedObjects;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is given one name on two nodes at once becomes one, on all of three. */
class SameNameTest {
    @TempDir
    static Path dataDirectory;

    private final Cloud cloud = new Cloud();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final CatalogNode a = new CatalogNode(cloud, "a", dataDirectory, clock);
    private final CatalogNode b = new CatalogNode(cloud, "b", dataDirectory, clock);
    private final CatalogNode c = new CatalogNode(cloud, "c", dataDirectory, clock);
    private final List<CatalogNode> nodes = List.of(a, b, c);

    private void exchange() {
        CatalogNode.settle(nodes, clock);
        CatalogNode.assertEqual(nodes);
    }

    /** As the pages do, which rename the namespace too. */
    private static void rename(CatalogNode node, String name, Date when, String... ids) {
        for (String id : ids) {
            Infos.Base object = (Infos.Base) node.catalog.objects.get(id);
            object.name = name;
            object.dateModified = when;
            node.catalog.firePostModified(object, List.of("name"), List.of(), List.of(name));
        }
    }

    /** A workspace with a store of data, what it serves, and its layer, style and group. */
    private static void make(CatalogNode node, String suffix, String name) {
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
        a.catalog.setDefaultNamespace((NamespaceInfo) a.catalog.objects.get("N1"));
        exchange();
    }

    private void assertOne() {
        for (CatalogNode node : nodes) {
            assertEquals(List.of("new"), node.catalog.getWorkspaces().stream().map(WorkspaceInfo::getName).toList());
            // a workspace, its namespace, two stores, their type and layer, its style, the group, and the store of each
            assertEquals(9, node.catalog.objects.size(), node.catalog.objects.keySet().toString());
            assertEquals("new", node.catalog.getDefaultWorkspace().getName());
        }
    }

    /** One is called as the other by this node, and the other way round by those that decide at once. */
    @Test
    void decisionsThatContradictEachOtherLoseNothing() {
        a.make.style("S1", null);
        exchange();
        FakeSharedObjects elsewhere = new FakeSharedObjects(cloud, "elsewhere");
        for (String moved : List.of("S1 S2", "S2 S1", "S1 S2", "S1 S3", "S3 S2", "S2 S1")) {
            String[] ids = moved.split(" ");
            String text = "<movedTo>" + ids[1] + "</movedTo>";
            elsewhere.put(Kind.STYLE.key(ids[0]), new Content(text.getBytes(StandardCharsets.UTF_8), 0));
            exchange();
            nodes.forEach(node -> assertEquals(1, node.catalog.objects.size(), moved));
        }
    }

    /** The third node hears of the one first, or of the other, or of both at once. */
    @ParameterizedTest
    @CsvSource({
        "1, 2, both", "2, 1, both", "1, 2, renamed", "2, 1, renamed", "1, 2, made", "2, 1, made",
    })
    void aWorkspaceThatIsRenamedAndOneThatIsMade(long renamed, long made, String first) {
        make(a, "1", "old");
        a.catalog.setDefaultWorkspace((WorkspaceInfo) a.catalog.objects.get("W1"));
        a.catalog.setDefaultNamespace((NamespaceInfo) a.catalog.objects.get("N1"));
        exchange();
        if (first.equals("renamed")) {
            rename(a, "new", new Date(renamed), "W1", "N1");
            a.steps.publish();
            c.steps.turn();
        }
        make(b, "2", "new");
        b.catalog.objects.values().forEach(object -> object.setDateModified(new Date(made)));
        if (first.equals("made")) {
            b.steps.publish();
            c.steps.turn();
        }
        if (!first.equals("renamed")) {
            rename(a, "new", new Date(renamed), "W1", "N1");
        }
        exchange();
        assertOne();
    }

    @Test
    void twoWorkspacesThatAreGivenOneName() {
        makeTwo();
        rename(a, "new", new Date(1), "W1", "N1");
        rename(b, "new", new Date(2), "W2", "N2");
        exchange();
        assertOne();
    }

    /** It hears when it starts, and compares before it applies. */
    @Test
    void aNodeThatWasDownHasBothAndMakesThemOne() {
        makeTwo();
        rename(a, "new", new Date(1), "W1", "N1");
        rename(b, "new", new Date(2), "W2", "N2");
        CatalogNode.settle(List.of(a, b), clock);
        c.restart();
        exchange();
        assertOne();
    }

    @Test
    void theDefaultStoreIsThatOfTheWorkspaceThatStands() {
        makeTwo();
        a.catalog.setDefaultDataStore((WorkspaceInfo) a.catalog.objects.get("W1"), (Infos.DataStore) a.catalog.objects.get("O1"));
        b.catalog.setDefaultDataStore((WorkspaceInfo) b.catalog.objects.get("W2"), (Infos.DataStore) b.catalog.objects.get("O2"));
        exchange();
        rename(a, "new", new Date(1), "W1", "N1");
        rename(b, "new", new Date(2), "W2", "N2");
        exchange();
        nodes.forEach(node -> assertEquals(
                "of 2", node.catalog.getDefaultDataStore(node.catalog.getWorkspaceByName("new")).getName()));
    }

    @Test
    void storesOfTwoKindsStayTwo() {
        makeTwo();
        b.make.store(new Infos.CoverageStore(), "C", (Infos.Workspace) b.catalog.objects.get("W2"), "of 1");
        exchange();
        rename(a, "new", new Date(1), "W1", "N1");
        rename(b, "new", new Date(2), "W2", "N2");
        exchange();
        nodes.forEach(node -> assertEquals(10, node.catalog.objects.size()));
    }

    /** It is not in its workspace yet: GeoServer refuses it as the default, and all that was to become one stayed half of it. */
    @Test
    void aStoreThatStandsBecomesTheDefaultInAnotherWorkspace() {
        makeTwo();
        rename(a, "data", new Date(Long.MAX_VALUE), "D1");
        b.catalog.setDefaultDataStore((WorkspaceInfo) b.catalog.objects.get("W2"), (Infos.DataStore) b.catalog.objects.get("D2"));
        exchange();
        rename(a, "new", new Date(1), "W1", "N1");
        rename(b, "new", new Date(2), "W2", "N2");
        exchange();
        assertOne();
        for (CatalogNode node : nodes) {
            WorkspaceInfo workspace = node.catalog.getWorkspaceByName("new");
            assertEquals("data", node.catalog.getDefaultDataStore(workspace).getName());
        }
    }
}
