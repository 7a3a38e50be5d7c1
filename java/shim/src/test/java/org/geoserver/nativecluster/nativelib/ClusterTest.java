// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The boundary with the real library: handles, bounds, and input that makes no sense. */
class ClusterTest {
    /** A node that meets nobody. */
    private static final String ALONE =
            "<hazelcast><cluster-name>boundary-test</cluster-name><network><port auto-increment=\"true\" port-count=\"1000\">"
                    + "5701</port><interfaces enabled=\"true\"><interface>127.0.0.1</interface></interfaces>"
                    + "<join><multicast enabled=\"false\"/></join></network>"
                    + "<map name=\"wpsExecutionStatusMap\"/></hazelcast>";

    @TempDir
    Path folder;

    private Cluster start() {
        return Cluster.start("hazelcast.xml", ALONE, Map.of(), folder.resolve("state"));
    }

    @Test
    void theVersionNamesThePlatform() {
        assertTrue(Cluster.libraryVersion().matches("[0-9.]+ \\(linux-\\w+\\)"), Cluster.libraryVersion());
    }

    @Test
    void aVerdictIsJson() {
        Map<String, Object> good = Json.object(Cluster.check("hazelcast.xml", ALONE, Map.of()));
        assertEquals(true, good.get("ok"));
        Map<String, Object> bad = Json.object(Cluster.check("hazelcast.xml", "<hazelcast>", Map.of()));
        assertEquals(false, bad.get("ok"));
        assertTrue(((List<?>) bad.get("messages")).size() > 0);
    }

    @Test
    void aRefusedConfigurationIsAnErrorOfItsOwn() {
        ClusterException refused = assertThrows(
                ClusterException.class,
                () -> Cluster.start("hazelcast.xml", "<hazelcast>", Map.of(), folder.resolve("state")));
        assertEquals(ClusterException.CONFIG, refused.getCode());
    }

    @Test
    void statusIsJsonWithThisNode() {
        try (Cluster cluster = start()) {
            Map<String, Object> status = Json.object(cluster.status());
            assertTrue(String.valueOf(status.get("member")).matches("[0-9a-f]{32}"), cluster.status());
            assertEquals(1, ((List<?>) status.get("members")).size());
            assertTrue(String.valueOf(status.get("summary")).contains("boundary-test"), cluster.status());
        }
    }

    @Test
    void nothingIsCalledAfterClose() {
        Cluster cluster = start();
        cluster.close();
        cluster.close();
        assertTrue(cluster.isClosed());
        assertThrows(IllegalStateException.class, cluster::status);
        assertThrows(IllegalStateException.class, () -> cluster.statusGet("id", 0));
        assertThrows(IllegalStateException.class, () -> cluster.next(0));
    }

    @Test
    void closeWakesWhoWaitsForEvents() throws Exception {
        Cluster cluster = start();
        CompletableFuture<byte[]> waiting = CompletableFuture.supplyAsync(() -> {
            byte[] batch = cluster.next(60_000);
            while (batch != null) {
                batch = cluster.next(60_000);
            }
            return null;
        });
        cluster.close();
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try {
                assertNull(waiting.get());
            } catch (java.util.concurrent.ExecutionException e) {
                // asked once more after the close
                assertEquals(IllegalStateException.class, e.getCause().getClass());
            }
        });
    }

    @Test
    void aStateDirectoryBelongsToOneNode() {
        try (Cluster cluster = start()) {
            assertFalse(cluster.isClosed());
            ClusterException refused = assertThrows(ClusterException.class, this::start);
            assertEquals(ClusterException.LOCKED, refused.getCode());
        }
        start().close();
    }

    /** The safety net: what nobody closed is closed when it is collected, so its state directory is free again. */
    @Test
    void anAbandonedClusterIsClosed() {
        assertFalse(start().isClosed());
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            System.gc();
            try {
                start().close();
                return;
            } catch (ClusterException e) {
                assertEquals(ClusterException.LOCKED, e.getCode());
                assertTrue(System.nanoTime() < deadline, "still not closed");
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void inputThatMakesNoSenseIsRefusedAndNothingBreaks() {
        try (Cluster cluster = start()) {
            byte[] nonsense = {1, 2, 3};
            assertThrows(ClusterException.class, () -> cluster.statusSave(nonsense, false, 0));
            assertThrows(ClusterException.class, () -> cluster.statusQuery(nonsense));
            assertThrows(ClusterException.class, () -> cluster.statusRemoveWhere(nonsense));
            assertThrows(RuntimeException.class, () -> cluster.statusGet(null, 0));
            assertNull(cluster.statusGet("", 0));
            assertNull(cluster.statusRemove("unknown"));
            byte[] all = new BinaryWriter().u8(0).u8(0).i64(0).i64(-1).toByteArray();
            assertEquals(0, new BinaryReader(cluster.statusQuery(all)).i32());
        }
    }

    @Test
    void noPathLeavesTheFolder() {
        try (Cluster cluster = start()) {
            cluster.setFilesRoot(folder);
            Path target = folder.resolve("target");
            for (String[] path : new String[][] {{"../id", "response.xml"}, {"id", "../../x"}, {"id", "/etc/hostname"}}) {
                long size;
                try {
                    size = cluster.fetch(path[0], path[1], target, "", 100);
                } catch (ClusterException e) {
                    size = -1;
                }
                assertEquals(-1, size, path[0] + " " + path[1]);
                assertFalse(Files.exists(target));
            }
        }
    }

    @Test
    void boundsAreKept() {
        try (Cluster cluster = start()) {
            String nobody = "0123456789abcdef0123456789abcdef";
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
                assertNull(cluster.statusGet("unknown", 200));
                try {
                    assertNull(cluster.request(nobody, new byte[1], 200));
                } catch (ClusterException e) {
                    assertFalse(e.getMessage().isEmpty());
                }
                cluster.setFilesRoot(folder);
                assertEquals(-1, cluster.fetch("id", "response.xml", folder.resolve("target"), nobody, 200));
            });
        }
    }
}
