// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

/** Two nodes with one data directory: the editor writes, the other one only changes what it has in memory. */
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
        Path data = pair().node(0).data();
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(data.resolve("workspaces"))) {
            for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                files.put(file, Files.getLastModifiedTime(file) + " " + Files.size(file));
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
}
