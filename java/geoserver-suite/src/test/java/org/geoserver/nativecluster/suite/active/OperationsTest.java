// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.Folders;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What administrators see and do. */
@Order(26)
class OperationsTest extends ActiveCase {
    private static final String DRIFT = "rest/cluster/drift";
    private static final List<String> PATHS = List.of("status", "conflicts", "drift");

    @Test
    @Order(1)
    @DisplayName("The module's line in GeoServer's status says that the catalog is shared")
    void moduleStatus() throws Exception {
        for (Rest rest : List.of(a(), b(), c())) {
            ModuleLine line = ModuleLine.of(rest.node());
            assertTrue(line.enabled() && line.nodes() == 3, line.toString());
            assertFalse(line.message().contains(nodes().network().secret()), line.toString());
        }
    }

    @Test
    @Order(2)
    @DisplayName("/rest/cluster/status, conflicts and drift answer JSON to administrators, and nobody else")
    void protectedPaths() throws Exception {
        for (String path : PATHS) {
            Answer answer = a().cluster(path);
            assertEquals(200, answer.code(), answer::toString);
            assertTrue(answer.type().startsWith("application/json"), answer.type());
            assertTrue(answer.text().startsWith("{"), answer::toString);
            assertEquals(401, a().node().send("GET", "rest/cluster/" + path, null, null, null).code(), path);
        }
        String status = b().cluster("status").text();
        assertTrue(status.contains("\"enabled\": true"), status);
        assertFalse(status.contains(nodes().network().secret()), status);
        for (String path : List.of("reload", "drift/repair", "conflicts/none/restore")) {
            assertEquals(401, a().node().send("POST", "rest/cluster/" + path, null, null, null).code(), path);
        }
    }

    @Test
    @Order(3)
    @DisplayName("A conflict that is not there is an error that says so")
    void unknownConflict() throws Exception {
        for (Answer answer : List.of(
                a().cluster("conflicts/none"),
                a().node().send("DELETE", "rest/cluster/conflicts/none", null, null),
                a().node().send("POST", "rest/cluster/conflicts/none/restore", null, null))) {
            assertEquals(404, answer.code(), answer::toString);
            assertTrue(answer.text().contains("\"error\": \"There is no conflict none"), answer::toString);
        }
    }

    @Test
    @Order(4)
    @DisplayName("A reload on any node, or of all, changes nothing anywhere, and the nodes go on sharing")
    void reload() throws Exception {
        Contents before = Contents.awaitEqual(LONG, nodes().running());
        b().post("reload", "");
        awaitEqual();
        Answer reloaded = c().send("POST", "rest/cluster/reload", null, (byte[]) null);
        assertEquals(3, reloaded.text().split("\"reloaded\": true", -1).length - 1, reloaded::toString);
        awaitEqual();
        assertEquals(List.of(), before.differences(Contents.of(a().node())));
        b().workspace("afterreload");
        everywhere("An edit after the reload", rest -> rest.has("rest/workspaces/afterreload.xml"));
        awaitEqual();
    }

    @Test
    @Order(5)
    @DisplayName("A comparison of everything finds nothing to repair on nodes that are in step")
    void noDrift() throws Exception {
        Answer repaired = a().send("POST", "rest/cluster/drift/repair", null, (byte[]) null);
        assertEquals(3, repaired.text().split("\"complete\": true", -1).length - 1, repaired::toString);
        everywhere("No drift", rest -> rest.cluster("drift").text().split("\"differences\": \\[\\]", -1).length == 4);
    }

    /** What stands in the way is a folder of the file's name, with a file in it that is nobody's. */
    @Test
    @Order(6)
    @DisplayName("A file that cannot be written on B is drift, with its reason, told by any node; the cause removed, a repair puts it in place")
    void driftOfFile() throws Exception {
        Path inTheWay = b().node().data().resolve("styles/drifting.svg");
        Files.createDirectories(inTheWay);
        Files.writeString(inTheWay.resolve("nobody.tmp"), "nobody's");
        byte[] graphic = bytes(Data.svg("#d21f7e"));
        a().resource("styles/drifting.svg", "image/svg+xml", graphic);
        for (Rest rest : List.of(c(), b())) {
            on(rest, "B's drift", any -> any.says(DRIFT, "\"key\": \"file/styles/drifting.svg\"")
                    && any.says(DRIFT, "The file cannot be written"));
        }
        on(c(), "The file", rest -> Arrays.equals(graphic, rest.resource("styles/drifting.svg")));
        Folders.delete(inTheWay);
        repairFrom(a());
        assertArrayEquals(graphic, Files.readAllBytes(inTheWay));
        everywhere("The file", rest -> Arrays.equals(graphic, rest.resource("styles/drifting.svg")));
        awaitEqual();
    }

    @Test
    @Order(7)
    @DisplayName("A workspace that cannot be written to B's disk is drift; the cause removed, a repair leaves no drift, and equal catalogs")
    void driftOfWorkspace() throws Exception {
        Path inTheWay = b().node().data().resolve("workspaces/drifting");
        Files.writeString(inTheWay, "nobody's");
        a().workspace("drifting");
        on(c(), "B's drift", rest -> rest.says(DRIFT, "\"key\": \"catalog/workspace/")
                && rest.says(DRIFT, "It cannot be written to disk"));
        Files.delete(inTheWay);
        repairFrom(c());
        assertTrue(Files.exists(inTheWay.resolve("workspace.xml")), "no drift is told, but the workspace is not on B's disk");
        everywhere("The workspace", rest -> rest.has("rest/workspaces/drifting.xml"));
        awaitEqual();
    }

    /** At once there is no drift any more. */
    private static void repairFrom(Rest rest) throws Exception {
        Answer repaired = rest.send("POST", "rest/cluster/drift/repair", null, (byte[]) null);
        assertEquals(3, repaired.text().split("\"complete\": true", -1).length - 1, repaired::toString);
        Answer drift = rest.cluster("drift");
        assertEquals(4, drift.text().split("\"differences\": \\[\\]", -1).length, drift::toString);
    }
}
