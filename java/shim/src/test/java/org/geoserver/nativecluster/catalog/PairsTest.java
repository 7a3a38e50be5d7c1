// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.nativecluster.active.FakeSharedObjects;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairsTest {
    @TempDir
    static Path dataDirectory;

    private final Cloud cloud = new Cloud();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final CatalogNode a = new CatalogNode(cloud, "a", dataDirectory, clock);
    private final List<CatalogNode> nodes = List.of(
            a, new CatalogNode(cloud, "b", dataDirectory, clock), new CatalogNode(cloud, "c", dataDirectory, clock));

    @BeforeEach
    void makeDefault() {
        a.catalog.setDefaultWorkspace(a.make.workspace("D", "default"));
        a.catalog.setDefaultNamespace(a.make.namespace("E", "default", "http://default"));
    }

    private void exchange() {
        CatalogNode.settle(nodes, clock);
        CatalogNode.assertEqual(nodes);
    }

    private void assertNamespace(String uri) {
        for (CatalogNode node : nodes) {
            assertEquals(uri, node.catalog.getNamespaceByPrefix("roads").getURI());
        }
    }

    /** GeoServer would leave it out when it starts. */
    @Test
    void aWorkspaceOfWhichNobodyHasANamespaceIsGivenOneThatIsTheSameOnAllNodes() {
        a.make.workspace("W", "roads");
        exchange();
        assertNamespace("http://roads");
    }

    /** As when a workspace that has another name now has that URI: GeoServer's REST leaves the new one without. */
    @Test
    void ifTheUriIsAnothersItIsMadeOneOfItsOwn() {
        a.make.workspace("F", "former");
        a.make.namespace("N", "former", "http://roads");
        a.make.workspace("W", "roads");
        exchange();
        assertNamespace("http://roads#W");
    }

    @Test
    void theNamespaceThatAnotherNodeRemovedIsBackWithItsWorkspace() {
        a.make.workspace("W", "roads");
        Infos.Namespace namespace = a.make.namespace("N", "roads", "http://example.org/roads");
        exchange();
        assertNamespace("http://example.org/roads");
        a.catalog.remove(namespace);
        exchange();
        assertNamespace("http://example.org/roads");
    }

    /** There were two objects with one id. */
    @Test
    void theOneThatIsBackUnderAnotherNameStaysThere() {
        Infos.Workspace workspace = a.make.workspace("W", "roads");
        Infos.Namespace namespace = a.make.namespace("N", "roads", "http://example.org/roads");
        exchange();
        a.catalog.remove(namespace);
        a.catalog.remove(workspace);
        exchange();
        a.make.workspace("V", "rails");
        a.make.namespace("N", "rails", "http://example.org/roads");
        a.make.workspace("X", "roads");
        exchange();
        assertNamespace("http://roads");
        assertEquals("N", a.catalog.getNamespaceByPrefix("rails").getId());
    }

    /** It was put in the place of the one that stands. */
    @Test
    void theOneThatGaveWayToAnotherIsNotMadeAgain() {
        a.make.workspace("W", "roads");
        exchange();
        String given = Kind.NAMESPACE.key("W-namespace");
        byte[] gaveWay = "<movedTo>E</movedTo>".getBytes(StandardCharsets.UTF_8);
        new FakeSharedObjects(cloud, "elsewhere").put(given, new Content(gaveWay, 0));
        exchange();
        assertNamespace("http://roads");
        nodes.forEach(node -> assertEquals("http://default", node.catalog.getNamespaceByPrefix("default").getURI()));
    }
}
