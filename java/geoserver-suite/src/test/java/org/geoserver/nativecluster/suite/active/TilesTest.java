// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Suite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** GeoWebCache: its configuration everywhere, and each node's own tiles. */
@Order(23)
class TilesTest extends ActiveCase {
    private static final String LAYER = Change.WORKSPACE + ":points";
    static final String GRIDSET =
            """
            <gridSet>
              <name>%s</name>
              <srs><number>4326</number></srs>
              <extent><coords><double>-180.0</double><double>-90.0</double><double>180.0</double><double>90.0</double></coords></extent>
              <alignTopLeft>false</alignTopLeft>
              <resolutions><double>%s</double><double>0.5</double></resolutions>
              <metersPerUnit>111319.49079327358</metersPerUnit>
              <pixelSize>2.8E-4</pixelSize>
              <scaleNames><string>suite:0</string><string>suite:1</string></scaleNames>
              <tileHeight>256</tileHeight>
              <tileWidth>256</tileWidth>
              <yCoordinateFirst>true</yCoordinateFirst>
            </gridSet>
            """;

    private static final String TRANSACTION =
            """
            <wfs:Transaction service="WFS" version="1.1.0" xmlns:wfs="http://www.opengis.net/wfs"
                xmlns:gml="http://www.opengis.net/gml" xmlns:w="http://%s">
              <wfs:Insert>
                <w:editable>
                  <w:name>new</w:name>
                  <w:geom><gml:Point srsName="EPSG:4326"><gml:pos>1 1</gml:pos></gml:Point></w:geom>
                </w:editable>
              </wfs:Insert>
            </wfs:Transaction>
            """;

    private static void prepare() throws Exception {
        if (!Change.isPrepared(a())) {
            Change.prepare(a(), data());
        }
        everywhere("The layer", Change::isPrepared);
    }

    @Test
    @Order(1)
    @DisplayName("A layer's tile settings are the editor's on all nodes, not a default of each")
    void layer() throws Exception {
        prepare();
        a().send("PUT", "gwc/rest/layers/" + LAYER + ".xml", Rest.XML, Change.tileLayer(4711));
        everywhere("The tile layer", rest -> rest.says("gwc/rest/layers/" + LAYER + ".xml", "<expireCache>4711<"));
        b().layer(Change.WORKSPACE, "points", "tiled", "points");
        everywhere("The new layer's tile layer", rest -> rest.has("gwc/rest/layers/" + Change.WORKSPACE + ":tiled.xml"));
        c().send("DELETE", "gwc/rest/layers/" + Change.WORKSPACE + ":tiled.xml", null, (byte[]) null);
        everywhere(
                "The tile layer's removal", rest -> !rest.has("gwc/rest/layers/" + Change.WORKSPACE + ":tiled.xml"));
        awaitEqual();
    }

    @Test
    @Order(2)
    @DisplayName("Gridsets, blob stores and the disk quota are the same on all nodes")
    void configuration() throws Exception {
        a().send("PUT", "gwc/rest/gridsets/suite.xml", Rest.XML, GRIDSET.formatted("suite", "1.0"));
        everywhere("The gridset", rest -> rest.has("gwc/rest/gridsets/suite.xml"));
        b().send(
                "PUT",
                "gwc/rest/blobstores/suite.xml",
                Rest.XML,
                "<FileBlobStore default=\"false\"><id>suite</id><enabled>false</enabled><baseDirectory>"
                        + nodes().folder().resolve("blobs") + "</baseDirectory>"
                        + "<fileSystemBlockSize>4096</fileSystemBlockSize></FileBlobStore>");
        everywhere("The blob store", rest -> rest.has("gwc/rest/blobstores/suite.xml"));
        c().send(
                "PUT",
                "gwc/rest/diskquota.xml",
                Rest.XML,
                "<gwcQuotaConfiguration><enabled>false</enabled><cacheCleanUpFrequency>77</cacheCleanUpFrequency>"
                        + "<cacheCleanUpUnits>SECONDS</cacheCleanUpUnits></gwcQuotaConfiguration>");
        everywhere("The disk quota", rest -> rest.says("gwc/rest/diskquota.xml", ">77<"));
        awaitEqual();
        a().send("DELETE", "gwc/rest/gridsets/suite", null, (byte[]) null);
        everywhere("The gridset's removal", rest -> !rest.has("gwc/rest/gridsets/suite.xml"));
        awaitEqual();
    }

    @Test
    @Order(3)
    @DisplayName("A mass truncation on one node empties the tile cache of each, and new tiles stay")
    void truncate() throws Exception {
        prepare();
        fill();
        b().send("POST", "gwc/rest/masstruncate", "text/xml", "<truncateLayer><layerName>" + LAYER
                + "</layerName></truncateLayer>");
        everywhere("An empty cache", rest -> !hasTiles(rest));
        for (Rest rest : all()) {
            tile(rest);
            on(rest, "A tile in the cache again", TilesTest::hasTiles);
        }
        // a later edit, which has nothing to do with tiles, has arrived everywhere: so would a second truncation have
        a().workspace("aftertiles");
        everywhere("A later edit", rest -> rest.has("rest/workspaces/aftertiles.xml"));
        for (Rest rest : all()) {
            assertTrue(hasTiles(rest), "the new tile of " + rest + " is still there");
        }
    }

    @Test
    @Order(4)
    @DisplayName("A truncation by a seed request on one node empties the tile cache of each")
    void seedRequest() throws Exception {
        prepare();
        fill();
        a().send(
                "POST",
                "gwc/rest/seed/" + LAYER + ".xml",
                "text/xml",
                "<seedRequest><name>" + LAYER + "</name><srs><number>4326</number></srs><zoomStart>0</zoomStart>"
                        + "<zoomStop>8</zoomStop><format>image/png</format><type>truncate</type>"
                        + "<threadCount>1</threadCount></seedRequest>");
        everywhere("An empty cache", rest -> !hasTiles(rest));
    }

    @Test
    @Order(5)
    @DisplayName("An edit by WFS on one node throws away the tiles of that place on each")
    void transaction() throws Exception {
        data().table("editable");
        a().layer(Change.WORKSPACE, "points", "editable");
        String layer = Change.WORKSPACE + ":editable";
        everywhere("The layer", rest -> rest.has("gwc/rest/layers/" + layer + ".xml"));
        for (Rest rest : all()) {
            tile(rest, layer);
            on(rest, "A tile in the cache", any -> hasTiles(any, layer));
        }
        Answer answer = b().send("POST", "wfs", Rest.XML, TRANSACTION.formatted(Change.WORKSPACE));
        assertTrue(answer.text().contains("<wfs:totalInserted>1<"), answer::toString);
        everywhere("No tile of the place", rest -> !hasTiles(rest, layer));
    }

    @Test
    @Order(6)
    @DisplayName("A node that was down while another one was truncated truncates when it is back")
    void whileDown() throws Exception {
        prepare();
        fill();
        c().node().stop();
        b().send("POST", "gwc/rest/masstruncate", "text/xml", "<truncateLayer><layerName>" + LAYER
                + "</layerName></truncateLayer>");
        everywhere("An empty cache", rest -> !hasTiles(rest));
        Rest c = c();
        assertTrue(hasTiles(c), "the tile is still on the disk of the one that is down");
        c.node().start();
        c.node().awaitUp();
        ModuleLine.awaitNodes(nodes().running().length, nodes().running());
        on(c, "An empty cache", rest -> !hasTiles(rest));
    }

    @Test
    @Order(7)
    @DisplayName("Whether a layer's tiles are kept in memory stays each node's own, while its other tile settings are shared")
    void inMemory() throws Exception {
        assumeFalse(Suite.WEBAPP.isJakarta(), "GeoServer 3.0 keeps no tiles in memory");
        prepare();
        String path = "gwc/rest/layers/" + LAYER + ".xml";
        String notInMemory = "<inMemoryCached>false</inMemoryCached>";
        b().send("PUT", path, Rest.XML, Change.tileLayer(4712).replace("<gutter>", notInMemory + "<gutter>"));
        everywhere("B's tile settings", rest -> rest.says(path, "<expireCache>4712<"));
        a().send("PUT", path, Rest.XML, Change.tileLayer(4713));
        everywhere("A's tile settings", rest -> rest.says(path, "<expireCache>4713<"));
        assertTrue(b().says(path, notInMemory), "B keeps its own");
        assertFalse(a().says(path, notInMemory) || c().says(path, notInMemory), "A and C keep theirs");
    }

    @Test
    @Order(8)
    @DisplayName("What is edited on B as soon as A's edit is seen there reaches A, though GeoWebCache waits for no lock")
    void editedMeanwhile() throws Exception {
        for (int i = 0; i < 15; i++) {
            String asked = "gwc/rest/gridsets/asked" + i + ".xml";
            String answer = "gwc/rest/gridsets/answer" + i + ".xml";
            a().send("PUT", asked, Rest.XML, GRIDSET.formatted("asked" + i, "1.0"));
            long deadline = System.nanoTime() + Await.SOON.toNanos();
            while (!b().has(asked)) {
                assertTrue(System.nanoTime() < deadline, asked);
            }
            b().send("PUT", answer, Rest.XML, GRIDSET.formatted("answer" + i, "1.0"));
            everywhere(answer, rest -> rest.has(answer) && rest.has(asked));
        }
        awaitEqual();
    }

    private static void fill() throws Exception {
        for (Rest rest : all()) {
            tile(rest);
            on(rest, "A tile in the cache", TilesTest::hasTiles);
        }
    }

    private static void tile(Rest rest) throws Exception {
        tile(rest, LAYER);
    }

    private static void tile(Rest rest, String layer) throws Exception {
        Answer tile = rest.node()
                .get("gwc/service/wms?service=WMS&version=1.1.1&request=GetMap&layers=" + layer
                        + "&styles=&bbox=-180,-90,0,90&width=256&height=256&srs=EPSG:4326&format=image/png");
        assertTrue(tile.code() == 200 && tile.type().startsWith("image/png"), tile::toString);
    }

    private static boolean hasTiles(Rest rest) throws Exception {
        return hasTiles(rest, LAYER);
    }

    private static boolean hasTiles(Rest rest, String layer) throws Exception {
        Path cache = rest.node().data().resolve("gwc").resolve(layer.replace(':', '_'));
        if (!Files.exists(cache)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return files.anyMatch(file -> file.toString().endsWith(".png"));
        } catch (java.io.UncheckedIOException e) {
            // it is being emptied
            return true;
        }
    }
}
