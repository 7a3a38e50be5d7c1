// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What the logs say of the cases so far, in none of which anything went wrong. */
@Order(5)
class CleanRunTest extends ClusterCase {
    @Test
    @Order(1)
    @DisplayName("No log has a warning or error of the module, or a complaint of -Xcheck:jni")
    void noTrouble() throws Exception {
        for (Node node : List.of(a(), b(), c())) {
            assertTrue(
                    node.log().since(0).stream().anyMatch(line -> line.contains("[org.geoserver.nativecluster")),
                    "the log of " + node + " shows the module at all");
            assertEquals(List.of(), node.log().ownTrouble(0), "log of " + node);
        }
    }

    @Test
    @Order(2)
    @DisplayName("No log shows the secret")
    void noSecret() throws Exception {
        for (Node node : List.of(a(), b(), c())) {
            assertFalse(node.log().since(0).stream().anyMatch(line -> line.contains(Suite.NETWORK.secret())));
        }
    }
}
