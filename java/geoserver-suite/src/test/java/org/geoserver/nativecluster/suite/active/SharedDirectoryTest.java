// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Suite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Nodes with one data directory: the editor writes, the others only change what they have in memory. */
@Order(30)
class SharedDirectoryTest extends ActiveCase {
    private static ActiveNodes pair;

    private static synchronized ActiveNodes pair() {
        if (pair == null) {
            pair = Suite.activeNodes("shared", true);
            start(pair, "Left", "Right");
        }
        return pair;
    }

    private static void onBoth(String what, Look look) {
        for (Node node : pair().running()) {
            on(new Rest(node), what, look);
        }
    }

    private static void awaitBothEqual() {
        Contents.awaitEqual(LONG, pair().running());
    }

    @Test
    @Order(1)
    @DisplayName("Whatever is edited on one node of a shared data directory is answered by the other, without a reload")
    void eachRow() throws Exception {
        Rest left = pair().rest(0);
        Rest right = pair().rest(1);
        Change.prepare(left, pair().data());
        onBoth("What changes are made to", Change::isPrepared);
        for (Change change : Change.all(pair().data())) {
            for (int n = 0; n < 2; n++) {
                int number = n;
                change.edit().make(n == 0 ? left : right, n);
                onBoth(change.name(), rest -> change.seen().seen(rest, number));
            }
        }
        awaitBothEqual();
    }

    @Test
    @Order(2)
    @DisplayName("The editor's node alone writes: no file of the data directory changes when the other one applies")
    void writtenOnce() throws Exception {
        Rest left = pair().rest(0);
        Rest right = pair().rest(1);
        left.workspace("once");
        left.dataStore("once", "store", pair().data());
        left.layer("once", "store", "points");
        left.featureTypeTitle("once", "store", "points", "written once");
        Map<Path, String> written = files();
        on(right, "The title", rest -> rest.says(
                "rest/workspaces/once/datastores/store/featuretypes/points.xml", "written once"));
        awaitBothEqual();
        assertEquals(written, files());
    }

    /** Each configuration file with its date, to the nanosecond where the file system has it. */
    private static Map<Path, String> files() throws Exception {
        return files(pair().node(0).data().resolve("workspaces"), Integer.MAX_VALUE);
    }

    private static Map<Path, String> files(Path folder, int depth) throws Exception {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(folder, depth)) {
            for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                files.put(file, attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
            }
        } catch (UncheckedIOException | NoSuchFileException e) {
            throw new AssertionError("a file went away while nothing was edited", e);
        }
        return files;
    }

    @Test
    @Order(3)
    @DisplayName("Renamed and removed on one node, a workspace is so on the other, and its files are where they belong")
    void renamedAndRemoved() throws Exception {
        Rest left = pair().rest(0);
        Rest right = pair().rest(1);
        right.renameWorkspace("once", "twice");
        on(left, "The new name", rest -> rest.has("rest/layers/twice:points.xml"));
        Path workspaces = left.node().data().resolve("workspaces");
        assertTrue(Files.exists(workspaces.resolve("twice/store/points/featuretype.xml")));
        assertTrue(Files.notExists(workspaces.resolve("once")), "the old folder is gone");
        left.deleteWorkspace("twice");
        on(right, "The removal", rest -> !rest.has("rest/workspaces/twice.xml"));
        awaitBothEqual();
        assertTrue(Files.notExists(workspaces.resolve("twice/workspace.xml")));
    }

    @Test
    @Order(4)
    @DisplayName("A reload of one node, and a stop and start of the other, leave both equal and publish nothing")
    void reloadAndRestart() throws Exception {
        Contents before = Contents.awaitEqual(LONG, pair().running());
        pair().rest(0).post("reload", "");
        awaitBothEqual();
        pair().node(1).stop();
        pair().rest(0).workspace("whiledown");
        pair().node(1).start();
        pair().node(1).awaitUp();
        ModuleLine.awaitNodes(2, pair().running());
        awaitBothEqual();
        pair().rest(0).deleteWorkspace("whiledown");
        Await.until("as before", LONG, () -> {
            var differences = before.differences(Contents.awaitEqual(LONG, pair().running()));
            return differences.isEmpty() ? null : differences.toString();
        });
    }

    @Test
    @Order(5)
    @DisplayName("One more node on a directory that has a catalog by now is one of them at once, and adds no conflict")
    void oneMore() throws Exception {
        pair().rest(0).workspace("beforelate");
        awaitBothEqual();
        start(pair(), "Late");
        onBoth("What was made before", rest -> rest.has("rest/workspaces/beforelate.xml"));
        pair().rest(2).workspace("bylate");
        onBoth("What the new one makes", rest -> rest.has("rest/workspaces/bylate.xml"));
        awaitBothEqual();
        assertFalse(pair().rest(0).cluster("conflicts").text().contains("\"id\""));
    }

    @Test
    @Order(6)
    @DisplayName("What one node edits of the tile cache is in use on all, and only that one has written it")
    void tileCache() throws Exception {
        Rest a = pair().rest(0);
        Rest b = pair().rest(1);
        Rest c = pair().rest(2);
        if (!Change.isPrepared(a)) {
            Change.prepare(a, pair().data());
        }
        onBoth("The layer", Change::isPrepared);
        String gridSet = "gwc/rest/gridsets/shared.xml";
        String layer = "gwc/rest/layers/" + Change.WORKSPACE + ":points.xml";
        for (int n = 1; n <= 3; n++) {
            String resolution = n + ".5";
            Rest editor = pair().rest(n - 1);
            editedOnce("The gridset", gridSet, "<double>" + resolution + "<", () -> editor.send(
                    "PUT", gridSet, Rest.XML, TilesTest.GRIDSET.formatted("shared", resolution)));
        }
        editedOnce("The tile layer", layer, ">shared<", () -> a.send(
                "PUT", layer, Rest.XML, Change.tileLayer(4711).replace("EPSG:4326", "shared")));
        String store = "gwc/rest/blobstores/shared.xml";
        for (int size = 4096; size <= 8192; size += 4096) {
            String blockSize = "<fileSystemBlockSize>" + size + "<";
            editedOnce("The blob store", store, blockSize, () -> b.send(
                    "PUT",
                    store,
                    Rest.XML,
                    "<FileBlobStore default=\"false\"><id>shared</id><enabled>false</enabled><baseDirectory>"
                            + pair().folder().resolve("blobs") + "</baseDirectory>" + blockSize
                            + "/fileSystemBlockSize></FileBlobStore>"));
        }
        Path quota = a.node().data().resolve("gwc/geowebcache-diskquota.xml");
        editedOnce("The disk quota", "gwc/rest/diskquota.xml", ">77<", () -> {
            c.send(
                    "PUT",
                    "gwc/rest/diskquota.xml",
                    Rest.XML,
                    "<gwcQuotaConfiguration><enabled>false</enabled><cacheCleanUpFrequency>77</cacheCleanUpFrequency>"
                            + "<cacheCleanUpUnits>SECONDS</cacheCleanUpUnits></gwcQuotaConfiguration>");
            Await.until("the file", Await.SOON, () -> Files.readString(quota).contains(">77<") ? null : "it is not there");
        });
        String settings = new String(a.resource("gwc-gs.xml"), StandardCharsets.UTF_8);
        String capabilities = "gwc/service/wms?service=WMS&version=1.1.1&request=GetCapabilities&tiled=true";
        assertTrue(settings.contains("<WMSCEnabled>true<"), settings);
        assertTrue(b.has(capabilities));
        byte[] withoutWms = bytes(settings.replace("<WMSCEnabled>true<", "<WMSCEnabled>false<"));
        writtenOnce(
                () -> a.resource("gwc-gs.xml", Rest.XML, withoutWms),
                () -> onBoth("That there is no tiled WMS", rest -> !rest.has(capabilities)));
        writtenOnce(
                () -> b.send("DELETE", "gwc/rest/gridsets/shared", null, (byte[]) null),
                () -> onBoth("The gridset's removal", rest -> !rest.has(gridSet)));
        Map<Path, String> written = tileCacheFiles();
        awaitBothEqual();
        assertEquals(written, tileCacheFiles());
        assertFalse(a.cluster("conflicts").text().contains("\"id\""));
    }

    /** Makes or waits for something. */
    private interface Step {
        void take() throws Exception;
    }

    private static void editedOnce(String what, String path, String text, Step edit) throws Exception {
        writtenOnce(edit, () -> onBoth(what, rest -> rest.says(path, text)));
    }

    /** Files stay as the edit left them until it is seen everywhere. */
    private static void writtenOnce(Step edit, Step seen) throws Exception {
        edit.take();
        Map<Path, String> written = tileCacheFiles();
        seen.take();
        assertEquals(written, tileCacheFiles());
    }

    private static Map<Path, String> tileCacheFiles() throws Exception {
        Path data = pair().node(0).data();
        Map<Path, String> files = files(data.resolve("gwc"), 1);
        files.putAll(files(data.resolve("gwc-layers"), 1));
        files.putAll(files(data, 1));
        files.keySet().removeIf(file -> !file.toString().matches(".*/(gwc|gwc-layers)/.*[.](xml|bak)|.*/gwc-gs[.]xml"));
        return files;
    }
}
