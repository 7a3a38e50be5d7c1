// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.Suite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Files of the data directory, changed through GeoServer or by hand. */
@Order(22)
class FilesTest extends ActiveCase {
    private static final String WORKSPACE = "files";
    private static final String LAYER = WORKSPACE + ":points";
    private static final String TEMPLATE = "workspaces/" + WORKSPACE + "/content.ftl";
    private static final String FONT = "Liberation Sans";
    private static final String PROJECTIONS = "user_projections/epsg.properties";

    /** On a sphere, with a code that EPSG does not have. */
    private static final String PROJECTION = "990001=PROJCS[\"Suite\",GEOGCS[\"Sphere\",DATUM[\"Sphere\","
            + "SPHEROID[\"Sphere\",6378137.0,0.0]],PRIMEM[\"Greenwich\",0.0],UNIT[\"degree\",0.017453292519943295],"
            + "AXIS[\"Longitude\",EAST],AXIS[\"Latitude\",NORTH]],PROJECTION[\"Mercator_1SP\"],"
            + "PARAMETER[\"latitude_of_origin\",0.0],PARAMETER[\"central_meridian\",0.0],PARAMETER[\"scale_factor\",1.0],"
            + "PARAMETER[\"false_easting\",0.0],PARAMETER[\"false_northing\",0.0],UNIT[\"m\",1.0],AXIS[\"x\",EAST],"
            + "AXIS[\"y\",NORTH],AUTHORITY[\"EPSG\",\"990001\"]]\n";

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

    @Test
    @Order(7)
    @DisplayName("A projection that is defined by hand on A is one of all nodes at once, and none when it is taken out on B")
    void projection() throws Exception {
        for (Rest rest : all()) {
            assertFalse(mapsInOwnProjection(rest), rest + " knows the projection already");
        }
        write(a(), PROJECTIONS, bytes(PROJECTION));
        everywhere("A map in the projection", FilesTest::mapsInOwnProjection);
        b().resource(PROJECTIONS, "text/plain", bytes("# none any more\n"));
        everywhere("No map in the projection", rest -> !mapsInOwnProjection(rest));
    }

    private static boolean mapsInOwnProjection(Rest rest) throws Exception {
        Answer answer = rest.node()
                .get("wms?service=WMS&version=1.1.0&request=GetMap&layers=" + LAYER
                        + "&styles=&bbox=-1000000,-1000000,1000000,1000000&width=64&height=64&srs=EPSG:990001&format=image/png");
        boolean map = answer.type().startsWith("image/png");
        assertTrue(map || answer.text().contains("EPSG:990001"), answer::toString);
        return map;
    }

    @Test
    @Order(8)
    @DisplayName("A font that is put beside A's styles is one of all nodes' fonts")
    void font() throws Exception {
        byte[] font = fontOfGeoServersPdf();
        for (Rest rest : all()) {
            assumeFalse(rest.says("rest/fonts.xml", FONT), rest + " has the font from the system");
        }
        a().resource("styles/suite.ttf", "font/ttf", font);
        everywhere("The font", rest -> rest.says("rest/fonts.xml", ">" + FONT + "<"));
    }

    /** GeoServer has it for documents alone, inside a library. */
    private static byte[] fontOfGeoServersPdf() throws Exception {
        try (DirectoryStream<Path> jars =
                Files.newDirectoryStream(Suite.WEBAPP.folder().resolve("WEB-INF/lib"), "openpdf-*.jar")) {
            for (Path jar : jars) {
                try (FileSystem inside = FileSystems.newFileSystem(jar)) {
                    return Files.readAllBytes(inside.getPath("font-fallback/LiberationSans-Regular.ttf"));
                }
            }
        }
        return abort("This GeoServer has no font to take");
    }
}
