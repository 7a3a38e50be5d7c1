// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import org.geoserver.nativecluster.suite.Wps.Phase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestMethodOrder;

/** What all cases have in common: they run in the order that they state, on nodes that they share. {@link Cases} reports them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class ClusterCase {
    /** A process that takes a geometry, and a number. */
    static final String BUFFER = "JTS:buffer";

    /** A process that takes two geometries. */
    static final String DIFFERENCE = "JTS:symDifference";

    private final List<SlowInputs.Input> slowInputs = new ArrayList<>();

    static Node a() {
        return Suite.cluster().a();
    }

    static Node b() {
        return Suite.cluster().b();
    }

    static Node c() {
        return Suite.cluster().c();
    }

    static Wps wps(Node node) {
        return new Wps(node);
    }

    /** An input that comes to its end when the case says, or ends. */
    SlowInputs.Input slowInput() {
        SlowInputs.Input input = Suite.inputs().next();
        slowInputs.add(input);
        return input;
    }

    @AfterEach
    void finishInputs() {
        slowInputs.forEach(SlowInputs.Input::finish);
    }

    /** An asynchronous request that takes as long as its input. */
    static Execute slow(SlowInputs.Input input) {
        return Execute.asynchronous(BUFFER).geometryFrom("geom", input.url()).literal("distance", 3);
    }

    /** An asynchronous request that is done at once. */
    static Execute quick() {
        return Execute.asynchronous(BUFFER).geometry("geom", "POINT (1 2)").literal("distance", 3);
    }

    /** An asynchronous request that fails, because its input is no geometry. */
    static Execute failing() {
        return Execute.asynchronous(BUFFER).geometry("geom", "POINT (nowhere)").literal("distance", 3);
    }

    /** Runs a request on a node to its end, and returns the execution id. */
    static String run(Node node, Execute request) throws Exception {
        String id = wps(node).submit(request);
        wps(node).await(id, Phase.SUCCEEDED);
        return id;
    }

    /** The content of two answers, byte by byte. */
    static void assertSame(Answer expected, Answer actual, String message) {
        assertArrayEquals(
                expected.expectGood().body(),
                actual.expectGood().body(),
                () -> message + ":\n" + expected + "\n" + actual);
    }
}
