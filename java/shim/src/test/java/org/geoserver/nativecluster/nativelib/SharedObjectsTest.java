// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Outcome;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;
import org.geoserver.nativecluster.nativelib.SharedObjects.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shared objects between two nodes of one process, through the real library. */
class SharedObjectsTest {
    private static final long BOUND_MILLIS = 60_000;
    private static final String KEY = "catalog/workspace/w1";

    @TempDir
    Path folder;

    private static String xml(String join) {
        return "<hazelcast><cluster-name>shared-test</cluster-name><network><port auto-increment=\"true\" port-count=\"1000\">"
                + "5701</port><interfaces enabled=\"true\"><interface>127.0.0.1</interface></interfaces>"
                + "<join><multicast enabled=\"false\"/>" + join + "</join></network>"
                + "<map name=\"wpsExecutionStatusMap\"/></hazelcast>";
    }

    private Cluster start(String name, Cluster other, String... settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("GEOSERVER_CLUSTER_SECRET", "one of our own");
        environment.put("GEOSERVER_CLUSTER_ACTIVE", "true");
        environment.put("GEOSERVER_CLUSTER_INSTANCE_NAME", name);
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        String join = "";
        if (other != null) {
            String address = String.valueOf(Json.object(other.status()).get("address"));
            join = "<tcp-ip enabled=\"true\"><member>" + address + "</member></tcp-ip>";
        }
        return Cluster.start("hazelcast.xml", xml(join), environment, folder.resolve("state-" + name));
    }

    private static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOUND_MILLIS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in time: " + what);
            Thread.onSpinWait();
        }
    }

    private static SharedObjects join(Cluster cluster, Policy policy, boolean pristine, Standing expected) {
        SharedObjects shared = cluster.shared();
        Standing[] standing = {Standing.WAITING};
        until("it is known how the node stands", () -> {
            standing[0] = shared.join(policy, pristine);
            return standing[0] != Standing.WAITING;
        });
        assertEquals(expected, standing[0]);
        return shared;
    }

    private static Content content(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8), System.currentTimeMillis());
    }

    private static String text(Content content) {
        return new String(content.bytes(), StandardCharsets.UTF_8);
    }

    private static Pending next(SharedObjects shared) {
        until("something is pending", () -> !shared.pending(1).isEmpty());
        return shared.pending(1).get(0);
    }

    /** Waits for an event of a kind. */
    private static <T extends Event> T event(Cluster cluster, Class<T> kind) {
        List<T> found = new ArrayList<>();
        until(kind.getSimpleName(), () -> {
            Event.decode(cluster.next(100)).stream()
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    @Test
    void whatIsChangedOnOneNodeIsAppliedOnTheOtherAndNotPublishedAgain() {
        try (Cluster one = start("one", null)) {
            SharedObjects mine = join(one, Policy.REFUSE, false, Standing.MEMBER);
            assertEquals(Outcome.PUBLISHED, mine.compare(KEY, content("first")));
            mine.compared(List.of("catalog/"));
            try (Cluster two = start("two", one)) {
                SharedObjects theirs = join(two, Policy.REFUSE, true, Standing.ADOPTING);
                theirs.compared(List.of("catalog/"));
                Pending first = next(theirs);
                assertEquals("first", text(first.content()));
                assertEquals("one", first.node());
                theirs.applied(KEY, first.token(), first.content());
                assertEquals(List.of(), theirs.pending(10));
                assertEquals(Outcome.SAME, theirs.put(KEY, first.content()));

                Content second = new Content(new byte[] {1, 2}, new byte[] {3}, 17);
                assertEquals(Outcome.PUBLISHED, theirs.put(KEY, second));
                event(one, Event.Shared.class);
                Pending changed = next(mine);
                assertArrayEquals(new byte[] {1, 2}, changed.content().bytes());
                assertArrayEquals(new byte[] {3}, changed.content().extra());
                mine.failed(KEY, changed.token(), "not now");
                assertTrue(one.status().contains("not now"), one.status());
                assertEquals(1, mine.pending(10).size());
                mine.applied(KEY, changed.token(), second);

                assertEquals(List.of(KEY), mine.keys("catalog/"));
                assertArrayEquals(new byte[] {1, 2}, mine.content(KEY).bytes());
                // somebody removes it during a comparison, which misses it before its removal is told
                mine.compared(List.of("catalog/"));
                assertEquals(Outcome.PUBLISHED, mine.put(KEY, null));
                Pending removal = next(theirs);
                assertTrue(removal.isRemoval());
                theirs.applied(KEY, removal.token(), null);
                assertNull(theirs.content(KEY));
                assertEquals(List.of(), theirs.keys(""));
            }
        }
    }

    @Test
    void aSecondCatalogIsRefusedOrKeptAsCopies() {
        try (Cluster one = start("one", null)) {
            SharedObjects mine = join(one, Policy.REFUSE, false, Standing.MEMBER);
            mine.compare(KEY, content("the cluster's"));
            mine.compared(List.of(""));
            try (Cluster two = start("two", one)) {
                join(two, Policy.REFUSE, false, Standing.REFUSED);
                assertEquals(Outcome.PENDING, two.shared().put(KEY, content("mine")));
                SharedObjects theirs = join(two, Policy.ADOPT, false, Standing.ADOPTING);
                assertEquals(Outcome.PENDING, theirs.compare(KEY, content("mine")));
                theirs.compared(List.of(""));
                assertEquals("the cluster's", text(next(theirs).content()));
                until("the copy is on the other node too", () -> mine.conflicts().size() == 1);
                SharedObjects.Conflict copy = mine.conflicts().get(0);
                assertEquals(KEY, copy.key());
                assertEquals("two", copy.node());
                assertEquals("mine", text(mine.conflict(copy.id())));
                assertTrue(mine.dropConflict(copy.id()));
                assertFalse(mine.dropConflict(copy.id()));
                assertNull(mine.conflict(copy.id()));
                mine.lost(KEY, KEY + "-of-another", content("of the same name"));
                SharedObjects.Conflict lost = mine.conflicts().get(0);
                assertEquals(KEY, lost.key());
                assertEquals("of the same name", text(mine.conflict(lost.id())));
            }
        }
    }

    @Test
    void filesOfAnySizeAreFetchedWholeAndDirectoriesAreTold() throws Exception {
        byte[] small = {7, 7};
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 >> 3);
        }
        Path source = Files.createDirectories(folder.resolve("one/styles"));
        Files.write(source.resolve("small.sld"), small);
        Files.write(source.resolve("large.png"), large);
        Path target = folder.resolve("two/styles");
        try (Cluster one = start("one", null)) {
            one.setDataDirectory(folder.resolve("one"), "same");
            SharedObjects mine = join(one, Policy.REFUSE, false, Standing.MEMBER);
            mine.compared(List.of(""));
            assertEquals(Outcome.PUBLISHED, mine.putFile("file/styles/small.sld", source.resolve("small.sld")));
            assertEquals(Outcome.PUBLISHED, mine.putFile("file/styles/large.png", source.resolve("large.png")));
            assertEquals(Outcome.SAME, mine.compareFile("file/styles/large.png", source.resolve("large.png")));
            try (Cluster two = start("two", one)) {
                two.setDataDirectory(folder.resolve("two"), "same");
                SharedObjects theirs = join(two, Policy.REFUSE, true, Standing.ADOPTING);
                for (Pending file : theirs.pending(10)) {
                    assertFalse(file.isRemoval());
                    assertTrue(file.sameDirectory());
                    assertNull(file.content());
                    Path to = target.resolve(file.key().substring("file/styles/".length()));
                    assertTrue(theirs.fetch(file.key(), file.token(), to, BOUND_MILLIS));
                    theirs.appliedFile(file.key(), file.token(), to);
                }
                assertArrayEquals(small, Files.readAllBytes(target.resolve("small.sld")));
                assertArrayEquals(large, Files.readAllBytes(target.resolve("large.png")));
                assertEquals(List.of(), theirs.pending(10));

                Files.delete(target.resolve("large.png"));
                assertEquals(
                        Outcome.PUBLISHED, theirs.putFile("file/styles/large.png", target.resolve("large.png")));
                assertTrue(next(mine).isRemoval());
            }
        }
    }

    @Test
    void theLargestContentIsTheLargestThatTheLibraryTakes() {
        try (Cluster one = start("one", null)) {
            SharedObjects mine = join(one, Policy.REFUSE, false, Standing.MEMBER);
            mine.compared(List.of(""));
            assertEquals(Outcome.PUBLISHED, mine.put(KEY, new Content(new byte[SharedObjects.MAX_CONTENT_BYTES], 0)));
            Content larger = new Content(new byte[SharedObjects.MAX_CONTENT_BYTES + 1], 0);
            assertThrows(ClusterException.class, () -> mine.put(KEY, larger));
        }
    }

    @Test
    void aReadOnlyNodePublishesNothing() throws Exception {
        try (Cluster one = start("one", null)) {
            SharedObjects mine = join(one, Policy.REFUSE, false, Standing.MEMBER);
            mine.compare(KEY, content("the cluster's"));
            mine.compared(List.of(""));
            try (Cluster two = start("two", one, "GEOSERVER_CLUSTER_READ_ONLY", "true")) {
                SharedObjects theirs = join(two, Policy.REFUSE, true, Standing.ADOPTING);
                theirs.compared(List.of(""));
                Pending first = next(theirs);
                theirs.applied(KEY, first.token(), first.content());
                assertEquals(Outcome.READ_ONLY, theirs.put(KEY, content("an edit")));
                Pending undo = next(theirs);
                assertEquals("the cluster's", text(undo.content()));
                theirs.applied(KEY, undo.token(), undo.content());

                Path edited = Files.writeString(folder.resolve("style.sld"), "an edit");
                assertEquals(Outcome.READ_ONLY, theirs.putFile("file/styles/style.sld", edited));
                assertTrue(next(theirs).isRemoval());
                theirs.applied("file/styles/style.sld", next(theirs).token(), null);
                assertEquals(Outcome.READ_ONLY, theirs.put("gwc/layer/l", content("an edit")));
                assertTrue(next(theirs).isRemoval());
                theirs.applied("gwc/layer/l", next(theirs).token(), null);
                assertEquals(Outcome.READ_ONLY, theirs.put(KEY, null));
                assertEquals("the cluster's", text(next(theirs).content()));

                assertEquals(List.of(KEY), mine.keys(""));
                assertEquals("the cluster's", text(mine.content(KEY)));
                assertEquals(List.of(), mine.pending(10));
            }
        }
    }

    @Test
    void itIsOffWithoutASecretOfOnesOwnAndSaysSo() {
        String[][] settings = {
            {"GEOSERVER_CLUSTER_SECRET", "geoserver"}, {"GEOSERVER_CLUSTER_ACTIVE", "false"},
        };
        for (String[] setting : settings) {
            try (Cluster cluster = start("one", null, setting)) {
                ClusterException refused =
                        assertThrows(ClusterException.class, () -> cluster.shared().join(Policy.MERGE, true));
                assertEquals(ClusterException.CONFIG, refused.getCode());
                assertEquals(false, Json.object(cluster.status()).get("active"));
                boolean unsafe = setting[1].equals("geoserver");
                assertEquals(unsafe, cluster.status().contains("Active clustering stays off"), cluster.status());
            }
        }
    }

    @Test
    void changedFilesAreTold() throws Exception {
        Path root = folder.resolve("data");
        try (Cluster cluster = start("one", null)) {
            List<String> told = new ArrayList<>();
            boolean[] everything = {false};
            cluster.files().watch(root, List.of("logs"), paths -> {
                everything[0] |= paths.isEmpty();
                told.addAll(paths);
            });
            Files.createDirectories(root);
            // The root has appeared: everything in it is to be looked at.
            until("the root is found", () -> {
                cluster.filesChanged(event(cluster, Event.Files.class));
                return everything[0];
            });
            Files.createDirectories(root.resolve("logs"));
            Files.writeString(root.resolve("logs/geoserver.log"), "x");
            Files.createDirectories(root.resolve("workspaces/w"));
            Files.writeString(root.resolve("workspaces/w/style.sld"), "x");
            until("the file is told of", () -> {
                cluster.filesChanged(event(cluster, Event.Files.class));
                return told.contains("workspaces/w/style.sld");
            });
            assertFalse(told.stream().anyMatch(path -> path.startsWith("logs")), told.toString());
            told.clear();
            Files.move(root.resolve("workspaces"), root.resolve("gone"));
            until("both names are told of", () -> {
                cluster.filesChanged(event(cluster, Event.Files.class));
                return told.contains("workspaces") && told.contains("gone/w/style.sld");
            });
        }
    }
}
