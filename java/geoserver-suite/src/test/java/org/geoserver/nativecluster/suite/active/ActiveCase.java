// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Suite;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Cases of active clustering. Most run on three nodes with data directories of their own, which the first of them starts and
 * all share. Nothing is asserted of times: what has to come is waited for.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class ActiveCase {
    /** Files that all nodes are told to share besides those that GeoServer's configuration is made of. */
    static final String NAMED_FILES = "data/named/**,www/**";

    /** For what takes more than an edit. */
    static final Duration LONG = Duration.ofSeconds(90);

    private static ActiveNodes separate;
    private static boolean tried;

    /** The three nodes of most cases, A, B and C, of which each shares all there is to share. */
    static synchronized ActiveNodes nodes() {
        if (separate == null) {
            if (tried) {
                throw new AssertionError("The nodes did not start: see the first case");
            }
            tried = true;
            ActiveNodes nodes = Suite.activeNodes("active", false);
            start(nodes, "A", "B", "C");
            separate = nodes;
        }
        return separate;
    }

    static void start(ActiveNodes nodes, String... names) {
        try {
            nodes.start(ActiveCase::sharesAll, names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void sharesAll(Node node) {
        node.with(ActiveNodes.FILES, NAMED_FILES).with(ActiveNodes.SECURITY, "true");
    }

    static Rest a() {
        return nodes().rest(0);
    }

    static Rest b() {
        return nodes().rest(1);
    }

    static Rest c() {
        return nodes().rest(2);
    }

    static List<Rest> all() {
        return Arrays.stream(nodes().running()).map(Rest::new).toList();
    }

    static Data data() {
        return nodes().data();
    }

    /** What is to be seen of a node. */
    @FunctionalInterface
    interface Look {
        boolean seen(Rest rest) throws Exception;
    }

    /** Waits until it is so on each node that runs. */
    static void everywhere(String what, Look look) {
        List<Rest> all = all();
        assertFalse(all.isEmpty(), "no node runs");
        for (Rest rest : all) {
            on(rest, what, look);
        }
    }

    /** Waits until it is so on a node. */
    static void on(Rest rest, String what, Look look) {
        Await.until(what + " on " + rest, Await.SOON, () -> look.seen(rest) ? null : "it is not so");
    }

    /** Waits until all nodes that run have the same. */
    static void awaitEqual() {
        Contents.awaitEqual(LONG, nodes().running());
    }

    /** Waits until a map is the same image on all nodes, and returns it. */
    static byte[] awaitEqualMaps(String layers) throws Exception {
        return Await.value("equal maps of " + layers, Await.SOON, () -> {
            byte[] first = all().get(0).map(layers);
            for (Rest rest : all()) {
                if (!Arrays.equals(first, rest.map(layers))) {
                    throw new AssertionError("the map on " + rest + " is another than on " + all().get(0));
                }
            }
            return first;
        });
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
