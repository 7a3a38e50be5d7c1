// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(1)
class FormationTest extends ClusterCase {
    @Test
    @Order(1)
    @DisplayName("Three GeoServers with data directories of their own find each other by multicast")
    void formsByMulticast() {
        ModuleLine.awaitNodes(3, a(), b(), c());
    }

    @Test
    @Order(2)
    @DisplayName("The module's line in GeoServer's status is true, and names cluster and address but no secret")
    void statusLine() throws Exception {
        for (Node node : List.of(a(), b(), c())) {
            assertTrue(ModuleLine.isListed(node), node + " lists the module");
            ModuleLine line = ModuleLine.of(node);
            assertTrue(line.enabled(), line.toString());
            assertTrue(Suite.EXTENSION.zip().getFileName().toString().contains(line.version()), line.toString());
            assertTrue(line.message().contains(Suite.NETWORK.clusterName()), line.toString());
            assertTrue(line.message().contains("127.0.0.1:"), line.toString());
            assertFalse(line.message().contains(Suite.NETWORK.secret()), line.toString());
        }
    }

    @Test
    @Order(3)
    @DisplayName("The library leaves no file behind where it was unpacked")
    void leavesNoLibrary() throws Exception {
        for (Node node : List.of(a(), b(), c())) {
            try (Stream<Path> files = Files.list(node.temporary())) {
                List<Path> left = files.filter(file -> file.toString().endsWith(".so")).collect(Collectors.toList());
                assertTrue(left.isEmpty(), left.toString());
            }
        }
    }
}
