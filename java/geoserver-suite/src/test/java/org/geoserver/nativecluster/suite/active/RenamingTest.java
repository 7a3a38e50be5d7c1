// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Objects of all kinds get other names, and cascaded ones are changed and removed. */
@Order(20)
class RenamingTest extends ActiveCase {
    private static final String WORKSPACE = "naming";
    private static final String REMOTE = "remote";
    private static final String WS = "workspaces/" + WORKSPACE + "/";

    private static void prepare() throws Exception {
        if (a().has("rest/workspaces/" + WORKSPACE + ".xml")) {
            return;
        }
        a().workspace(WORKSPACE);
        a().dataStore(WORKSPACE, "store", data());
        a().layer(WORKSPACE, "store", "former", "points");
        a().style(null, "naming", Data.sld("#4488cc"));
        a().layerStyle(WORKSPACE, "former", "naming");
        a().group(WORKSPACE, "group", WORKSPACE + ":former");
        // of a layer that nobody edits, and made early: GeoServer looks at new files of tiles within ten seconds, and may put back
        // the name of what is renamed at that moment
        a().layer(WORKSPACE, "store", "steady", "points");
        a().group(WORKSPACE, "handmade", WORKSPACE + ":steady");
        everywhere("The group", rest -> rest.has("rest/" + WS + "layergroups/group.xml"));
    }

    /** A layer has the name of its feature type, and REST renames it by that. */
    @Test
    @Order(1)
    @DisplayName("A feature type that B renames is a layer of the new name on all, with its tiles, in its group, on the same map")
    void featureType() throws Exception {
        prepare();
        byte[] before = awaitEqualMaps(WORKSPACE + ":former");
        b().put(WS + "datastores/store/featuretypes/former", "<featureType><name>latter</name></featureType>");
        everywhere("The layer under its new name", rest -> rest.has(layer("latter")) && !rest.has(layer("former")));
        everywhere("Its tiles", rest -> rest.has("gwc/rest/layers/" + WORKSPACE + ":latter.xml")
                && !rest.has("gwc/rest/layers/" + WORKSPACE + ":former.xml"));
        everywhere("The group", rest -> rest.says("rest/" + WS + "layergroups/group.xml", WORKSPACE + ":latter<"));
        assertTrue(Arrays.equals(before, awaitEqualMaps(WORKSPACE + ":latter")), "the map is as before");
        awaitEqual();
    }

    private static String layer(String name) {
        return "rest/layers/" + WORKSPACE + ":" + name + ".xml";
    }

    @Test
    @Order(2)
    @DisplayName("A store that C renames has its new name on all, on their disks too, and its layer is mapped as before")
    void store() throws Exception {
        prepare();
        byte[] before = awaitEqualMaps(WORKSPACE + ":group");
        c().put(WS + "datastores/store", "<dataStore><name>storeroom</name></dataStore>");
        everywhere("The store under its new name", rest -> rest.has("rest/" + WS + "datastores/storeroom.xml")
                && !rest.has("rest/" + WS + "datastores/store.xml"));
        everywhere("The store's folder", rest -> {
            Path folder = rest.node().data().resolve("workspaces").resolve(WORKSPACE);
            return Files.exists(folder.resolve("storeroom/datastore.xml")) && !Files.exists(folder.resolve("store"));
        });
        assertTrue(Arrays.equals(before, awaitEqualMaps(WORKSPACE + ":group")), "the map is as before");
        awaitEqual();
    }

    @Test
    @Order(3)
    @DisplayName("A style of all workspaces that A renames has its new name on all, with its body, and the layer keeps it")
    void style() throws Exception {
        prepare();
        byte[] before = awaitEqualMaps(WORKSPACE + ":group");
        a().put("styles/naming", "<style><name>named</name></style>");
        everywhere("The style under its new name", rest -> rest.says("rest/styles/named.sld", "#4488cc")
                && !rest.has("rest/styles/naming.xml"));
        everywhere("The style's files", rest -> {
            Path styles = rest.node().data().resolve("styles");
            return Files.exists(styles.resolve("named.xml")) && !Files.exists(styles.resolve("naming.xml"));
        });
        assertTrue(Arrays.equals(before, awaitEqualMaps(WORKSPACE + ":group")), "the map is as before");
        awaitEqual();
    }

    /** GeoWebCache is not told of it, and alone keeps the old name. */
    @Test
    @Order(4)
    @DisplayName("A group that is renamed in its file on A, and read anew there, has its new name on all, with its tiles")
    void groupByHand() throws Exception {
        prepare();
        everywhere("The group's tiles", rest -> rest.has("gwc/rest/layers/" + WORKSPACE + ":handmade.xml"));
        Path folder = a().node().data().resolve("workspaces/" + WORKSPACE + "/layergroups");
        String xml = Files.readString(folder.resolve("handmade.xml"));
        Files.delete(folder.resolve("handmade.xml"));
        Files.writeString(folder.resolve("renamed.xml"), xml.replace("<name>handmade<", "<name>renamed<"));
        a().post("reload", "");
        everywhere("The group under its new name", rest -> rest.has("rest/" + WS + "layergroups/renamed.xml")
                && !rest.has("rest/" + WS + "layergroups/handmade.xml"));
        everywhere("Its tiles", rest -> rest.has("gwc/rest/layers/" + WORKSPACE + ":renamed.xml")
                && !rest.has("gwc/rest/layers/" + WORKSPACE + ":handmade.xml"));
        awaitEqual();
    }

    /** REST renames neither cascaded stores nor their layers. */
    @Test
    @Order(5)
    @DisplayName("A cascaded WMS is changed on B, and removed on C with its layer and that one's tiles, for all")
    void cascadedMaps() throws Exception {
        prepare();
        cascade("wms", REMOTE + "/ows?service=WMS&amp;version=1.1.1&amp;request=GetCapabilities");
        changedAndRemoved("wms", "wmslayers", "wmsLayer");
    }

    @Test
    @Order(6)
    @DisplayName("A cascaded WMTS is changed on B, and removed on C with its layer and that one's tiles, for all")
    void cascadedTiles() throws Exception {
        prepare();
        cascade("wmts", REMOTE + "/gwc/service/wmts?service=WMTS&amp;version=1.0.0&amp;request=GetCapabilities");
        changedAndRemoved("wmts", "layers", "wmtsLayer");
    }

    /** What is cascaded is in a workspace of its own: what is asked for its layers does not ask itself in turn. */
    private static void cascade(String kind, String capabilities) throws Exception {
        if (!a().has("rest/workspaces/" + REMOTE + ".xml")) {
            a().workspace(REMOTE);
            a().dataStore(REMOTE, "store", data());
            a().layer(REMOTE, "store", "points");
        }
        a().post(
                WS + kind + "stores",
                "<" + kind + "Store><name>" + kind + "</name><type>" + kind.toUpperCase(Locale.ROOT) + "</type>"
                        + "<enabled>true</enabled><capabilitiesURL>" + a().node().address() + capabilities + "</capabilitiesURL></"
                        + kind + "Store>");
    }

    private static void changedAndRemoved(String kind, String resources, String resource) throws Exception {
        String store = WS + kind + "stores/" + kind;
        String name = kind + "layer";
        String offered = a().get(store + "/" + resources + ".xml?list=available").xml().text(kind + "LayerName");
        a().post(
                store + "/" + resources,
                "<" + resource + "><name>" + name + "</name><nativeName>" + offered + "</nativeName><srs>EPSG:4326</srs></" + resource + ">");
        everywhere("The cascaded layer", rest -> rest.has(layer(name)));
        awaitEqual();
        b().put(store, "<" + kind + "Store><description>afar</description><maxConnections>3</maxConnections></" + kind + "Store>");
        everywhere("The changed store", rest -> rest.says("rest/" + store + ".xml", "<maxConnections>3<")
                && rest.says("rest/" + store + ".xml", ">afar<"));
        awaitEqual();
        c().delete(store + "?recurse=true");
        everywhere("The removal", rest -> !rest.has("rest/" + store + ".xml") && !rest.has(layer(name)));
        everywhere("The end of its tiles", rest -> !rest.has("gwc/rest/layers/" + WORKSPACE + ":" + name + ".xml"));
        awaitEqual();
    }
}
