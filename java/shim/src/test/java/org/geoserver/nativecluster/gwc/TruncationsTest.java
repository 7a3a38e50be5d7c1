// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.gwc.Truncation.Kind;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruncationsTest {
    private static final Truncation STATES = Truncation.ofGridSet("topp:states", "EPSG:4326");
    private static final Truncation ROADS = Truncation.of(Kind.LAYER, "sf:roads");

    @TempDir
    Path folder;

    private final Map<String, Content> cluster = new TreeMap<>();
    private long now = 1_000_000_000_000L;

    /** One of two nodes of one cluster. */
    private final class Node {
        final List<Truncation> carriedOut = new ArrayList<>();
        final ArrayDeque<Runnable> work = new ArrayDeque<>();
        final Set<String> changed = new LinkedHashSet<>();
        final Set<String> applied = new LinkedHashSet<>();
        final FakeGwc gwc = new FakeGwc();
        final Path state;
        final Path cache;
        Truncations truncations;

        Node(String name, Path cache) throws IOException {
            this.state = Files.createDirectories(folder.resolve(name));
            this.cache = Files.createDirectories(cache);
            gwc.layers.put("1", info("topp:states"));
            restart();
        }

        void restart() {
            work.clear();
            truncations = new Truncations(
                    shared(), carriedOut::add, new Places(() -> gwc, cache), state.resolve("truncations"), work::add, () -> now);
            truncations.start(changed::add);
        }

        /** What the replicator does. */
        void publish() {
            while (!changed.isEmpty()) {
                Iterator<String> first = changed.iterator();
                String key = first.next();
                first.remove();
                Local local = truncations.read(key);
                if (local != null && local.content() == null) {
                    cluster.remove(key);
                } else if (local != null) {
                    cluster.put(key, local.content());
                    applied.add(key);
                }
            }
        }

        void apply() {
            for (Map.Entry<String, Content> entry : cluster.entrySet()) {
                if (applied.add(entry.getKey())) {
                    assertNull(truncations
                            .apply(new Pending(entry.getKey(), 1, entry.getValue(), -1, "other", false, now))
                            .problem());
                }
            }
            while (!work.isEmpty()) {
                work.remove().run();
            }
        }

        /** Comparing everything, as after a start. */
        void compare() {
            Set<String> told = new LinkedHashSet<>();
            truncations.snapshot(new Snapshot() {
                @Override
                public void object(String key, Content content) {
                    told.add(key);
                }

                @Override
                public void file(String key, Path file) {
                    throw new AssertionError(key);
                }
            });
            applied.retainAll(told);
            applied.addAll(told);
        }
    }

    @Test
    void isCarriedOutOnceOnEveryOtherNode() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        Node b = new Node("b", folder.resolve("cacheB"));
        a.truncations.truncated(STATES);
        a.truncations.truncated(ROADS);
        a.truncations.truncated(STATES);
        a.publish();
        assertEquals(1, cluster.size());
        a.apply();
        b.apply();
        b.apply();
        assertEquals(List.of(STATES, ROADS), b.carriedOut);
        assertEquals(List.of(), a.carriedOut);
        b.publish();
        assertEquals(1, cluster.size());
    }

    @Test
    void isCarriedOutByANodeThatWasAwayAndNotAgainAfterARestart() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        a.truncations.truncated(STATES);
        a.publish();
        Node b = new Node("b", folder.resolve("cacheB"));
        b.compare();
        b.apply();
        assertEquals(List.of(STATES), b.carriedOut);
        for (Node node : List.of(a, b)) {
            node.restart();
            node.compare();
            node.apply();
        }
        assertEquals(List.of(STATES), b.carriedOut);
        assertEquals(List.of(), a.carriedOut);
    }

    @Test
    void whatWasNotCarriedOutWhenTheNodeStoppedIsCarriedOutLater() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        Node b = new Node("b", folder.resolve("cacheB"));
        a.truncations.truncated(STATES);
        a.publish();
        String key = cluster.keySet().iterator().next();
        b.truncations.apply(new Pending(key, 1, cluster.get(key), -1, "a", false, now));
        b.restart();
        b.compare();
        b.apply();
        assertEquals(List.of(STATES), b.carriedOut);
    }

    @Test
    void isNotRepeatedWhereTheTilesAreTheSame() throws IOException {
        Node a = new Node("a", folder.resolve("cache"));
        Node b = new Node("b", folder.resolve("cache"));
        a.truncations.truncated(STATES);
        // where its tiles are is not known, so it is not known that they are the same
        a.truncations.truncated(ROADS);
        a.publish();
        b.apply();
        assertEquals(List.of(ROADS), b.carriedOut);
    }

    @Test
    void isRemovedAfterAWeek() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        a.truncations.truncated(STATES);
        a.publish();
        now += Truncations.KEPT_MILLIS;
        a.compare();
        a.publish();
        assertEquals(1, cluster.size());
        now += 1;
        a.compare();
        a.publish();
        assertEquals(0, cluster.size());
    }

    /** While GeoServer read its configuration nobody listened, and after that nothing was told until the node started again. */
    @Test
    void whatWasNotHeardIsToldWhenAllIsCompared() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        Node b = new Node("b", folder.resolve("cacheB"));
        a.truncations.truncated(STATES);
        a.changed.clear();
        a.truncations.truncated(ROADS);
        a.compare();
        a.publish();
        b.apply();
        assertEquals(List.of(STATES, ROADS), b.carriedOut);
    }

    /** A layer that is edited all the time must not fill the cluster, nor have all its tiles thrown away over and over. */
    @Test
    void manyArePutTogetherForThoseWhoWereAway() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        Node b = new Node("b", folder.resolve("cacheB"));
        int count = 3 * Truncations.MAX_PUBLISHED;
        for (int i = 0; i < count; i++) {
            a.truncations.truncated(range(i));
            a.publish();
            b.apply();
            now++;
        }
        assertEquals(count, b.carriedOut.size());
        assertTrue(b.carriedOut.stream().allMatch(truncation -> truncation.kind() == Kind.RANGE));
        assertTrue(cluster.size() <= Truncations.MAX_PUBLISHED, () -> "" + cluster.size());
        Node c = new Node("c", folder.resolve("cacheC"));
        c.compare();
        c.apply();
        assertTrue(c.carriedOut.contains(STATES));
        assertTrue(c.carriedOut.contains(range(count - 1)));
    }

    @Test
    void manyAtOnceAreWholeGridSets() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        for (int i = 0; i <= Truncations.MAX_BATCH; i++) {
            a.truncations.truncated(range(i));
        }
        a.publish();
        assertEquals(
                List.of(STATES),
                Truncation.decode(cluster.values().iterator().next().bytes()).truncations());
    }

    @Test
    void crossesAsItWas() throws IOException {
        List<Truncation> all = List.of(
                STATES,
                ROADS,
                range(7),
                new Truncation(Kind.PARAMETERS, "a", "", "", null, Map.of("STYLES", "größe"), 0, 0, List.of()),
                new Truncation(Kind.PARAMETERS_ID, "a", "", "", "1234", null, 0, 0, List.of()),
                Truncation.of(Kind.ORPHANS, "a"));
        Truncation.Batch batch = new Truncation.Batch(all, List.of("gwc/truncate/1"), Map.of("a", "place"));
        assertEquals(batch, Truncation.decode(Truncation.encode(batch)));
    }

    @Test
    void whatCannotBeReadIsAProblemAndNoError() throws IOException {
        Node a = new Node("a", folder.resolve("cacheA"));
        for (byte[] bytes : List.of(new byte[0], new byte[] {9}, new byte[] {1, 127, 127, 127, 127}, new byte[] {1, -1, -1, -1, -1})) {
            Pending pending = new Pending("gwc/truncate/1", 1, new Content(bytes, 0), -1, "b", false, now);
            assertNotNull(a.truncations.apply(pending).problem());
        }
    }

    private static Truncation range(long x) {
        return new Truncation(
                Kind.RANGE, "topp:states", "EPSG:4326", "image/png", null, null, 3, 4,
                List.of(List.of(x, 0L, x, 1L, 3L), List.of(2 * x, 0L, 2 * x + 1, 3L, 4L)));
    }

    private static GeoServerTileLayerInfo info(String name) {
        return (GeoServerTileLayerInfo) Proxy.newProxyInstance(
                TruncationsTest.class.getClassLoader(),
                new Class<?>[] {GeoServerTileLayerInfo.class},
                (proxy, method, arguments) -> name);
    }

    private SharedObjects shared() {
        return (SharedObjects) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SharedObjects.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "keys":
                            return List.copyOf(cluster.keySet());
                        case "content":
                            return cluster.get(arguments[0]);
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                });
    }
}
