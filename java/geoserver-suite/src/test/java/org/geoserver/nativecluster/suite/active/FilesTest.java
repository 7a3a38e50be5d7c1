// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Files of the data directory, changed through GeoServer or by hand. */
@Order(22)
class FilesTest extends ActiveCase {
    private static final String WORKSPACE = "files";
    private static final String LAYER = WORKSPACE + ":points";
    private static final String TEMPLATE = "workspaces/" + WORKSPACE + "/content.ftl";
    private static final int LARGE = 30_000_000;

    /** Waits until a file of the data directory is the same on the disk of each node; null: until none has it. */
    private static void awaitFile(String path, byte[] content) {
        everywhere(path, rest -> {
            Path file = rest.node().data().resolve(path);
            return content == null
                    ? !Files.exists(file)
                    : Files.exists(file) && Arrays.equals(content, Files.readAllBytes(file));
        });
    }

    private static void write(Rest rest, String path, byte[] content) throws Exception {
        Path file = rest.node().data().resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    @Test
    @Order(1)
    @DisplayName("A style's graphic that is uploaded to one node is on the maps of all, and so is the next one")
    void graphic() throws Exception {
        a().workspace(WORKSPACE);
        a().dataStore(WORKSPACE, "store", data());
        a().layer(WORKSPACE, "store", "points");
        a().style(null, "graphic", Data.sldWithGraphic("disc.svg", "image/svg+xml"));
        a().resource("styles/disc.svg", "image/svg+xml", bytes(Data.svg("#ff0000")));
        a().layerStyle(WORKSPACE, "points", "graphic");
        everywhere("The layer", rest -> rest.says("rest/layers/" + LAYER + ".xml", "<name>graphic<"));
        awaitFile("styles/disc.svg", bytes(Data.svg("#ff0000")));
        byte[] red = awaitEqualMaps(LAYER);
        b().resource("styles/disc.svg", "image/svg+xml", bytes(Data.svg("#00ff00")));
        awaitFile("styles/disc.svg", bytes(Data.svg("#00ff00")));
        everywhere("The map with the new graphic", rest -> !Arrays.equals(red, rest.map(LAYER)));
        awaitEqualMaps(LAYER);
    }

    @Test
    @Order(2)
    @DisplayName("A graphic and a style that are changed by hand on one node's disk are on the maps of all")
    void byHand() throws Exception {
        byte[] green = awaitEqualMaps(LAYER);
        write(c(), "styles/disc.svg", bytes(Data.svg("#0000ff")));
        awaitFile("styles/disc.svg", bytes(Data.svg("#0000ff")));
        everywhere("The map with the graphic made by hand", rest -> !Arrays.equals(green, rest.map(LAYER)));
        byte[] blue = awaitEqualMaps(LAYER);
        write(a(), "styles/graphic.sld", bytes(Data.sld("#112233")));
        awaitFile("styles/graphic.sld", bytes(Data.sld("#112233")));
        everywhere("The map with the style made by hand", rest -> !Arrays.equals(blue, rest.map(LAYER)));
        awaitEqualMaps(LAYER);
    }

    @Test
    @Order(3)
    @DisplayName("A Freemarker template answers GetFeatureInfo on all nodes, also changed and removed")
    void template() throws Exception {
        a().resource(TEMPLATE, "text/plain", bytes("<#list features as feature>first of ${feature.name.value}</#list>"));
        everywhere("The template", rest -> rest.featureInfo(LAYER).contains("first of origin"));
        b().resource(TEMPLATE, "text/plain", bytes("<#list features as feature>then of ${feature.name.value}</#list>"));
        everywhere("The template's change", rest -> rest.featureInfo(LAYER).contains("then of origin"));
        c().delete("resource/" + TEMPLATE);
        everywhere("The template's removal", rest -> !rest.featureInfo(LAYER).contains("then of origin"));
        awaitFile(TEMPLATE, null);
    }

    @Test
    @Order(4)
    @DisplayName("Palettes and user projections, and what the operator named, of any size, are the same everywhere")
    void otherFiles() throws Exception {
        write(a(), "palettes/two.pal", bytes("0x000000\n0xff0000\n"));
        awaitFile("palettes/two.pal", bytes("0x000000\n0xff0000\n"));
        b().resource("user_projections/epsg.properties", "text/plain", bytes("# none yet\n"));
        awaitFile("user_projections/epsg.properties", bytes("# none yet\n"));
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        write(b(), "data/named/large.bin", large);
        awaitFile("data/named/large.bin", large);
        write(c(), "data/named/deeper/points.properties", bytes(Data.POINTS));
        awaitFile("data/named/deeper/points.properties", bytes(Data.POINTS));
        Files.delete(a().node().data().resolve("data/named/large.bin"));
        awaitFile("data/named/large.bin", null);
    }

    @Test
    @Order(5)
    @DisplayName("A layer of data that is replicated itself is mapped by all nodes")
    void replicatedData() throws Exception {
        a().post("workspaces/" + WORKSPACE + "/datastores", Rest.dataStoreXml(WORKSPACE, "named", "file:data/named/deeper"));
        a().layer(WORKSPACE, "named", "replicated", "points");
        everywhere("The layer", rest -> rest.has("rest/layers/" + WORKSPACE + ":replicated.xml"));
        awaitEqualMaps(WORKSPACE + ":replicated");
    }

    @Test
    @Order(6)
    @DisplayName("What no pattern names stays where it is: logs, the node's own hazelcast.xml, files of nobody")
    void unnamed() throws Exception {
        write(a(), "data/unnamed/file.txt", bytes("mine"));
        write(a(), "styles/last.svg", bytes(Data.svg("#abcdef")));
        // what was written later is there, so what was written before would be
        awaitFile("styles/last.svg", bytes(Data.svg("#abcdef")));
        assertFalse(Files.exists(b().node().data().resolve("data/unnamed/file.txt")));
        assertFalse(Files.exists(c().node().data().resolve("data/unnamed/file.txt")));
    }
}
