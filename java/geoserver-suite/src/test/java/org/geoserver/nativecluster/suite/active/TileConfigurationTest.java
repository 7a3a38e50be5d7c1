// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What GeoWebCache is told: made, changed and removed on any node, and used by each without a restart. */
@Order(23)
class TileConfigurationTest extends ActiveCase {
    private static final String WORKSPACE = "tileconfig";
    private static final String GLOBAL = "gwc-gs.xml";
    private static final String GRIDSET = "gwc/rest/gridsets/changing.xml";
    private static final String BLOB_STORE = "gwc/rest/blobstores/changing.xml";
    private static final String QUOTA = "gwc/rest/diskquota.xml";
    private static final int GUTTER = 7;

    /** None of it is as layers begin. */
    private static final String TILES =
            """
            <GeoServerLayer>
              <enabled>true</enabled>
              <name>%s:own</name>
              <mimeFormats><string>image/gif</string></mimeFormats>
              <gridSubsets><gridSubset><gridSetName>EPSG:900913</gridSetName></gridSubset></gridSubsets>
              <metaWidthHeight><int>2</int><int>3</int></metaWidthHeight>
              <expireCache>815</expireCache>
              <expireClients>0</expireClients>
              <parameterFilters/>
              <gutter>5</gutter>
            </GeoServerLayer>
            """;

    private static final AtomicInteger LAYERS = new AtomicInteger();

    private static void prepare() throws Exception {
        if (!a().has("rest/workspaces/" + WORKSPACE + ".xml")) {
            a().workspace(WORKSPACE);
            a().dataStore(WORKSPACE, "store", data());
        }
        everywhere("The store", rest -> rest.has("rest/workspaces/" + WORKSPACE + "/datastores/store.xml"));
    }

    private static String tiles(String layer) {
        return "gwc/rest/layers/" + WORKSPACE + ":" + layer + ".xml";
    }

    /** REST has no way to edit these settings. */
    @Test
    @Order(1)
    @DisplayName("What new layers' tiles begin with is edited in gwc-gs.xml on A: layers made on B and C begin with it, without a restart")
    void globalSettings() throws Exception {
        prepare();
        withGutter(() -> {
            on(b(), "A new layer with the gutter", rest -> newLayerHas(rest, GUTTER));
            on(c(), "A new layer with the gutter", rest -> newLayerHas(rest, GUTTER));
        });
        on(b(), "A new layer without gutter", rest -> newLayerHas(rest, 0));
        on(c(), "A new layer without gutter", rest -> newLayerHas(rest, 0));
        awaitEqual();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Does something while the file on A's disk, and so on all, says that new layers begin with the gutter. */
    private static void withGutter(Step meanwhile) throws Exception {
        Path file = a().node().data().resolve(GLOBAL);
        String before = Files.readString(file);
        Files.writeString(file, before.replaceFirst("<gutter>[0-9]+<", "<gutter>" + GUTTER + "<"));
        try {
            awaitGlobal("<gutter>" + GUTTER + "<");
            meanwhile.run();
        } finally {
            Files.writeString(file, before);
            awaitGlobal("<gutter>0<");
        }
    }

    private static void awaitGlobal(String text) {
        everywhere("The settings on disk", rest ->
                Files.readString(rest.node().data().resolve(GLOBAL)).contains(text));
    }

    /** Makes a layer, for what a layer begins with is seen only of one that begins. */
    private static boolean newLayerHas(Rest rest, int gutter) throws Exception {
        String name = "begun" + LAYERS.incrementAndGet();
        rest.layer(WORKSPACE, "store", name, "points");
        return rest.says(tiles(name), "<gutter>" + gutter + "<");
    }

    @Test
    @Order(2)
    @DisplayName("A grid set is changed on B and C as it was made on A, and removed from all")
    void gridSet() throws Exception {
        a().send("PUT", GRIDSET, Rest.XML, TilesTest.GRIDSET.formatted("changing", "1.0"));
        everywhere("The grid set", rest -> rest.says(GRIDSET, "<double>1.0<"));
        b().send("PUT", GRIDSET, Rest.XML, TilesTest.GRIDSET.formatted("changing", "0.75"));
        everywhere("The grid set as B changed it", rest -> rest.says(GRIDSET, "<double>0.75<"));
        awaitEqual();
        c().send("PUT", GRIDSET, Rest.XML, TilesTest.GRIDSET.formatted("changing", "0.625"));
        everywhere("The grid set as C changed it", rest -> rest.says(GRIDSET, "<double>0.625<"));
        awaitEqual();
        b().send("DELETE", "gwc/rest/gridsets/changing", null, (byte[]) null);
        everywhere("The grid set's removal", rest -> !rest.has(GRIDSET));
        awaitEqual();
    }

    @Test
    @Order(3)
    @DisplayName("A blob store is changed on B as it was made on A, and removed from all by C")
    void blobStore() throws Exception {
        a().send("PUT", BLOB_STORE, Rest.XML, blobStore(false, 4096));
        everywhere("The blob store", rest -> rest.says(BLOB_STORE, ">4096<") && rest.says(BLOB_STORE, "<enabled>false<"));
        b().send("PUT", BLOB_STORE, Rest.XML, blobStore(true, 8192));
        everywhere("The change", rest -> rest.says(BLOB_STORE, ">8192<") && rest.says(BLOB_STORE, "<enabled>true<"));
        awaitEqual();
        c().send("DELETE", "gwc/rest/blobstores/changing", null, (byte[]) null);
        everywhere("The removal", rest -> !rest.has(BLOB_STORE));
        awaitEqual();
    }

    private static String blobStore(boolean enabled, int blockSize) {
        return "<FileBlobStore default=\"false\"><id>changing</id><enabled>" + enabled + "</enabled><baseDirectory>"
                + nodes().folder().resolve("changing-blobs") + "</baseDirectory><fileSystemBlockSize>" + blockSize
                + "</fileSystemBlockSize></FileBlobStore>";
    }

    @Test
    @Order(4)
    @DisplayName("How much room tiles may take is changed on A and again on C, and is the same on all")
    void diskQuota() throws Exception {
        a().send("PUT", QUOTA, Rest.XML, quota("LRU", 600));
        everywhere("A's quota", rest -> rest.says(QUOTA, ">LRU<") && rest.says(QUOTA, ">" + (600L << 20) + "<"));
        awaitEqual();
        c().send("PUT", QUOTA, Rest.XML, quota("LFU", 500));
        everywhere("C's quota", rest -> rest.says(QUOTA, ">LFU<") && rest.says(QUOTA, ">" + (500L << 20) + "<"));
        awaitEqual();
    }

    private static String quota(String policy, int mebibytes) {
        return "<gwcQuotaConfiguration><enabled>false</enabled><maxConcurrentCleanUps>3</maxConcurrentCleanUps>"
                + "<globalExpirationPolicyName>" + policy + "</globalExpirationPolicyName><globalQuota><value>" + mebibytes
                + "</value><units>MiB</units></globalQuota></gwcQuotaConfiguration>";
    }

    /**
     * B gets layer and settings together, and later than they were made: if it made settings of its own for the new layer, they
     * would be the later edit, and so those of all nodes.
     */
    @Test
    @Order(5)
    @DisplayName("The tiles of a layer that B hears of later are as A set them, everywhere, and not as B begins layers")
    void newLayer() throws Exception {
        prepare();
        b().node().freeze();
        try {
            a().layer(WORKSPACE, "store", "own", "points");
            a().send("PUT", tiles("own"), Rest.XML, TILES.formatted(WORKSPACE));
            on(c(), "A's tile settings", TileConfigurationTest::hasOwn);
        } finally {
            b().node().thaw();
        }
        on(b(), "The layer", rest -> rest.has("rest/layers/" + WORKSPACE + ":own.xml"));
        everywhere("A's tile settings", TileConfigurationTest::hasOwn);
        // what is edited on B now comes after whatever B made of itself
        b().contact("after the layer");
        everywhere("A later edit", rest -> rest.says("rest/settings/contact.xml", ">after the layer<"));
        for (Rest rest : all()) {
            assertTrue(hasOwn(rest), rest + " has other tile settings by now");
        }
        awaitEqual();
    }

    /** GeoServer does not read this file at a reload; the other nodes use what it says, so A is to do so as well. */
    @Test
    @Order(6)
    @DisplayName("What new layers' tiles begin with, edited in gwc-gs.xml on A and reloaded there: layers made on A begin with it too")
    void globalSettingsOfTheEditedNode() throws Exception {
        prepare();
        withGutter(() -> {
            a().post("reload", "");
            on(b(), "A new layer with the gutter", rest -> newLayerHas(rest, GUTTER));
            on(a(), "A new layer with the gutter", rest -> newLayerHas(rest, GUTTER));
        });
    }

    private static boolean hasOwn(Rest rest) throws Exception {
        String settings = rest.node().get(tiles("own")).expectGood().text();
        return settings.contains("<string>image/gif<")
                && !settings.contains("<string>image/png<")
                && !settings.contains("EPSG:4326<")
                && settings.contains("<expireCache>815<")
                && settings.contains("<gutter>5<");
    }
}
