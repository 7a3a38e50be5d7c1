// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The catalog, edited on any node. */
@Order(20)
class CatalogTest extends ActiveCase {
    /** How often each row is done: once by each node. */
    private static final int ROUNDS = 3;

    private static final String PASSWORD = "pa55-of-the-store";

    @Test
    @Order(1)
    @DisplayName("Three nodes with data directories of their own have the same catalog from the start")
    void startsEqual() {
        awaitEqual();
    }

    @Test
    @Order(2)
    @DisplayName("Whatever JMS clustering copies, and what it never does, arrives from any node on all others")
    void eachRow() throws Exception {
        Change.prepare(a(), data());
        everywhere("What changes are made to", Change::isPrepared);
        List<String> lost = new java.util.ArrayList<>();
        for (Change change : Change.all(data())) {
            StringBuilder times = new StringBuilder();
            for (int n = 0; n < ROUNDS; n++) {
                int number = n;
                Rest editor = all().get(n);
                change.edit().make(editor, n);
                long start = System.nanoTime();
                try {
                    everywhere(change.name() + ", made on " + editor, rest -> change.seen().seen(rest, number));
                    times.append(String.format(" %.0f", (System.nanoTime() - start) / 1e6));
                } catch (AssertionError e) {
                    lost.add(e.getMessage());
                    break;
                }
            }
            System.out.printf("         %-20s ms until all have it:%s%n", change.name(), times);
        }
        assertTrue(lost.isEmpty(), () -> String.join("\n", lost));
        awaitEqual();
    }

    @Test
    @Order(3)
    @DisplayName("The same names in two workspaces are kept apart")
    void sameNames() throws Exception {
        for (String workspace : List.of("left", "right")) {
            a().workspace(workspace);
            a().dataStore(workspace, "store", data());
            a().layer(workspace, "store", "points");
            a().style(workspace, "style", Data.sld("#123456"));
            a().group(workspace, "group", workspace + ":points");
        }
        everywhere("Both groups", rest -> rest.has("rest/workspaces/right/layergroups/group.xml")
                && rest.has("rest/workspaces/left/layergroups/group.xml"));
        b().featureTypeTitle("right", "store", "points", "of the right");
        b().changeStyle("right", "style", Data.sld("#654321"));
        b().put("workspaces/right/layergroups/group", "<layerGroup><title>of the right</title></layerGroup>");
        everywhere(
                "The right one's title",
                rest -> rest.says("rest/workspaces/right/datastores/store/featuretypes/points.xml", "of the right")
                        && rest.says("rest/workspaces/right/styles/style.sld", "#654321")
                        && rest.says("rest/workspaces/right/layergroups/group.xml", "of the right"));
        for (Rest rest : all()) {
            assertFalse(rest.says("rest/workspaces/left/datastores/store/featuretypes/points.xml", "of the right"));
            assertTrue(rest.says("rest/workspaces/left/styles/style.sld", "#123456"));
            assertFalse(rest.says("rest/workspaces/left/layergroups/group.xml", "of the right"));
        }
        awaitEqual();
    }

    @Test
    @Order(4)
    @DisplayName("Coverages and cascaded layers of WMS and WMTS are there on all nodes, and make the same maps")
    void otherStores() throws Exception {
        a().workspace("other");
        a().post(
                "workspaces/other/coveragestores",
                "<coverageStore><name>raster</name><type>ArcGrid</type><enabled>true</enabled><workspace>other</workspace>"
                        + "<url>" + data().rasterFile().toUri() + "</url></coverageStore>");
        a().post(
                "workspaces/other/coveragestores/raster/coverages",
                "<coverage><name>raster</name><nativeName>raster</nativeName><title>raster</title></coverage>");
        String capabilities = a().node().address() + "ows?service=WMS&amp;version=1.1.1&amp;request=GetCapabilities";
        a().post(
                "workspaces/other/wmsstores",
                "<wmsStore><name>cascade</name><type>WMS</type><enabled>true</enabled><capabilitiesURL>" + capabilities
                        + "</capabilitiesURL></wmsStore>");
        a().post(
                "workspaces/other/wmsstores/cascade/wmslayers",
                "<wmsLayer><name>cascaded</name><nativeName>other:raster</nativeName><title>cascaded</title></wmsLayer>");
        String tiles = a().node().address() + "gwc/service/wmts?service=WMTS&amp;version=1.0.0&amp;request=GetCapabilities";
        a().post(
                "workspaces/other/wmtsstores",
                "<wmtsStore><name>tiles</name><type>WMTS</type><enabled>true</enabled><capabilitiesURL>" + tiles
                        + "</capabilitiesURL></wmtsStore>");
        a().post(
                "workspaces/other/wmtsstores/tiles/layers",
                "<wmtsLayer><name>tiled</name><nativeName>other:raster</nativeName><title>tiled</title>"
                        + "<srs>EPSG:4326</srs></wmtsLayer>");
        everywhere("The raster", rest -> rest.has("rest/layers/other:raster.xml"));
        everywhere("The cascaded layer", rest -> rest.has("rest/layers/other:cascaded.xml"));
        everywhere("The layer of cascaded tiles", rest -> rest.has("rest/layers/other:tiled.xml"));
        awaitEqualMaps("other:raster");
        awaitEqualMaps("other:cascaded");
        awaitEqual();
    }

    @Test
    @Order(5)
    @DisplayName("The default workspace, a namespace's URI and a style's new name are the same everywhere")
    void defaultsAndNames() throws Exception {
        a().put("workspaces/default", "<workspace><name>right</name></workspace>");
        everywhere("The default workspace", rest -> rest.says("rest/workspaces/default.xml", "<name>right<"));
        b().put("namespaces/left", "<namespace><prefix>left</prefix><uri>http://example.org/left</uri></namespace>");
        everywhere("The namespace's URI", rest -> rest.says("rest/namespaces/left.xml", "http://example.org/left"));
        c().put("workspaces/left/styles/style", "<style><name>newstyle</name></style>");
        everywhere(
                "The style's name",
                rest -> rest.says("rest/workspaces/left/styles/newstyle.sld", "#123456")
                        && !rest.has("rest/workspaces/left/styles/style.xml"));
        awaitEqual();
    }

    @Test
    @Order(6)
    @DisplayName("A workspace that is renamed on one node is mapped under its new name by all, with the same image")
    void renamed() throws Exception {
        byte[] before = awaitEqualMaps("left:points");
        b().renameWorkspace("left", "renamed");
        everywhere("The layer under its new name", rest -> rest.has("rest/layers/renamed:points.xml"));
        assertTrue(Arrays.equals(before, awaitEqualMaps("renamed:points")), "the map is as before");
        awaitEqual();
    }

    /** Without one GeoServer leaves the workspace out when it starts. */
    @Test
    @Order(7)
    @DisplayName("A workspace whose namespace GeoServer refuses, for its URI is that of the one that was renamed, has one on all nodes")
    void withoutNamespace() throws Exception {
        a().workspace("parted");
        everywhere("The workspace", rest -> rest.has("rest/namespaces/parted.xml"));
        a().renameWorkspace("parted", "moved");
        everywhere("Its new name", rest -> rest.has("rest/namespaces/moved.xml") && !rest.has("rest/namespaces/parted.xml"));
        Answer made = a().node().send("POST", "rest/workspaces", Rest.XML, bytes("<workspace><name>parted</name></workspace>"));
        assertEquals(500, made.code(), made::toString);
        everywhere("The namespace", rest -> rest.has("rest/namespaces/parted.xml"));
        everywhere("Its file", rest -> Files.exists(rest.node().data().resolve("workspaces/parted/namespace.xml")));
        c().deleteWorkspace("parted");
        c().deleteWorkspace("moved");
        everywhere("The removal", rest -> !rest.has("rest/workspaces/parted.xml") && !rest.has("rest/namespaces/parted.xml"));
        awaitEqual();
    }

    @Test
    @Order(8)
    @DisplayName("A workspace is removed with all that is in it, on all nodes and from their disks")
    void removed() throws Exception {
        a().put("workspaces/default", "<workspace><name>other</name></workspace>");
        c().deleteWorkspace("right");
        everywhere("The removal", rest -> !rest.has("rest/workspaces/right.xml")
                && !rest.has("rest/layers/right:points.xml"));
        everywhere("The removal from disk", rest -> !Files.exists(
                rest.node().data().resolve("workspaces/right/workspace.xml")));
        awaitEqual();
    }

    @Test
    @Order(9)
    @DisplayName("Each node encrypts the password of a store with its own key; no node keeps it in clear, nor sends it so")
    void passwords() throws Exception {
        a().post(
                "workspaces/other/datastores",
                "<dataStore><name>database</name><type>PostGIS</type><enabled>false</enabled><connectionParameters>"
                        + "<entry key=\"host\">127.0.0.1</entry><entry key=\"port\">1</entry>"
                        + "<entry key=\"database\">none</entry><entry key=\"user\">nobody</entry>"
                        + "<entry key=\"passwd\">" + PASSWORD + "</entry><entry key=\"dbtype\">postgis</entry>"
                        + "</connectionParameters></dataStore>");
        String file = "workspaces/other/database/datastore.xml";
        everywhere("The store on disk", rest -> Files.exists(rest.node().data().resolve(file)));
        for (Rest rest : all()) {
            String xml = Files.readString(rest.node().data().resolve(file));
            assertTrue(xml.contains("<entry key=\"passwd\">crypt"), xml);
            try (Stream<Path> files = Files.walk(rest.node().data().getParent())) {
                for (Path each : (Iterable<Path>) files.filter(Files::isRegularFile)
                                .filter(found -> !found.toString().endsWith(".jar"))::iterator) {
                    assertFalse(contains(Files.readAllBytes(each), bytes(PASSWORD)), each + " has the password in clear");
                }
            }
        }
    }

    @Test
    @Order(10)
    @DisplayName("The default store of a workspace is the same everywhere: the first one, and when that is removed the next")
    void defaultStore() throws Exception {
        a().workspace("withdefault");
        a().dataStore("withdefault", "first", data());
        a().dataStore("withdefault", "second", data());
        String path = "rest/workspaces/withdefault/datastores/default.xml";
        everywhere("The default store", rest -> rest.says(path, "<name>first<")
                && rest.has("rest/workspaces/withdefault/datastores/second.xml"));
        b().layer("withdefault", "default", "points");
        everywhere(
                "A layer of the default store",
                rest -> rest.has("rest/workspaces/withdefault/datastores/first/featuretypes/points.xml"));
        c().delete("workspaces/withdefault/datastores/first?recurse=true");
        // GeoServer cannot write it as XML on the node where the first one was removed
        on(a(), "The next default store", rest -> rest.says(path, "<name>second<"));
        on(b(), "The next default store", rest -> rest.says(path, "<name>second<"));
        c().layer("withdefault", "default", "points");
        everywhere(
                "A layer of the next default store",
                rest -> rest.has("rest/workspaces/withdefault/datastores/second/featuretypes/points.xml"));
        awaitEqual();
    }

    private static boolean contains(byte[] content, byte[] part) {
        for (int at = 0; at + part.length <= content.length; at++) {
            if (content[at] == part[0] && Arrays.equals(content, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
