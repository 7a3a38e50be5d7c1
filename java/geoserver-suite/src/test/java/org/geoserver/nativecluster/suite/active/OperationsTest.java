// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.geoserver.nativecluster.suite.Answer;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What administrators see and do. */
@Order(26)
class OperationsTest extends ActiveCase {
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
}
