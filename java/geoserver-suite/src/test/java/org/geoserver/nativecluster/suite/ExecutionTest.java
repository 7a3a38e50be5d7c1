// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.geoserver.nativecluster.suite.Wps.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A process of one node, asked about on the others: each row that peers answer wrongly, up to its output. */
@Order(2)
class ExecutionTest extends ClusterCase {
    /** With this many segments in a quarter of a circle its well-known text has some 40 MB. */
    private static final int SEGMENTS = 250_000;

    private static final int LARGE = 20_000_000;

    @Test
    @Order(1)
    @DisplayName("A process started on A is polled on B and C from its start, with progress, to its success")
    void polledElsewhere() throws Exception {
        SlowInputs.Input first = slowInput();
        SlowInputs.Input second = slowInput();
        String id = wps(a()).submit(Execute.asynchronous(DIFFERENCE)
                .geometryFrom("a", first.url())
                .geometryFrom("b", second.url()));
        for (Node other : List.of(b(), c())) {
            Answer started = wps(other).await(id, Phase.STARTED);
            assertEquals(0, Wps.percent(started), started.toString());
        }
        first.finish();
        for (Node other : List.of(b(), c())) {
            Await.until(other + " sees the progress", Await.SOON, () -> {
                Answer status = wps(other).status(id);
                return Wps.percent(status) > 0 ? null : status.toString();
            });
        }
        second.finish();
        for (Node other : List.of(b(), c())) {
            wps(other).await(id, Phase.SUCCEEDED);
        }
    }

    @Test
    @Order(2)
    @DisplayName("A process that waits in A's queue is accepted on B and C, and runs in its turn")
    void queuedElsewhere() throws Exception {
        SlowInputs.Input first = slowInput();
        SlowInputs.Input second = slowInput();
        String running = wps(a()).submit(slow(first));
        String queued = wps(a()).submit(slow(second));
        for (Node other : List.of(b(), c())) {
            wps(other).await(running, Phase.STARTED);
            wps(other).await(queued, Phase.ACCEPTED);
        }
        first.finish();
        wps(b()).await(running, Phase.SUCCEEDED);
        wps(b()).await(queued, Phase.STARTED);
        second.finish();
        wps(b()).await(queued, Phase.SUCCEEDED);
    }

    @Test
    @Order(3)
    @DisplayName("While a process runs, B tells clients where to ask next, and repeats the request if asked to, as A does")
    void sameStatusWhileRunning() throws Exception {
        SlowInputs.Input input = slowInput();
        String id = wps(a()).submit(slow(input).lineage());
        wps(b()).await(id, Phase.STARTED);
        Xml here = wps(a()).status(id).xml();
        Xml there = wps(b()).status(id).xml();
        assertNotNull(here.attribute("statusLocation"), "A names the status location");
        String location = there.attribute("statusLocation");
        assertTrue(location != null && location.contains(id), "B names the status location: " + location);
        assertTrue(here.has("DataInputs"), "A repeats the request");
        assertTrue(there.has("DataInputs"), "B repeats the request");
        assertEquals(here.first("Status").attribute("creationTime"), there.first("Status").attribute("creationTime"));
    }

    @Test
    @Order(4)
    @DisplayName("The response document is the same on all nodes, byte by byte")
    void responseEverywhere() throws Exception {
        String id = run(a(), quick().lineage());
        for (Node other : List.of(b(), c())) {
            wps(other).await(id, Phase.SUCCEEDED);
            assertSame(wps(a()).status(id), wps(other).status(id), "Response on " + other);
        }
    }

    @Test
    @Order(5)
    @DisplayName("A small output, a binary one and one of tens of MB are fetched from B and C as from A, byte by byte")
    void outputsEverywhere() throws Exception {
        Execute large = Execute.asynchronous(BUFFER)
                .geometry("geom", "POINT (1 2)")
                .literal("distance", 3)
                .literal("quadrantSegments", SEGMENTS);
        Execute binary = Execute.asynchronous("vec:PointBuffers")
                .geometry("center", "POINT (1 2)")
                .literal("crs", "EPSG:4326")
                .literal("distances", 10);
        assertTrue(outputEverywhere(quick().asReference()) > 0);
        assertTrue(outputEverywhere(binary.asReference().resultCalled("buffers").type("application/zip")) > 0);
        assertTrue(outputEverywhere(large.asReference()) > LARGE);
    }

    /** Returns the size of the output. */
    private static int outputEverywhere(Execute request) throws Exception {
        String id = run(a(), request);
        // the others first, so that the one who made it has not been asked when they fetch
        Answer there = wps(b()).result(wps(b()).await(id, Phase.SUCCEEDED));
        Answer fetched = wps(c()).result(wps(c()).await(id, Phase.SUCCEEDED));
        Answer here = wps(a()).result(wps(a()).status(id));
        assertSame(here, there, "Output on B");
        assertSame(here, fetched, "Output on C");
        assertEquals(here.type(), there.type());
        return here.body().length;
    }

    @Test
    @Order(6)
    @DisplayName("A response document of tens of MB is the same on B")
    void largeResponse() throws Exception {
        String id = run(a(), quick().literal("quadrantSegments", SEGMENTS));
        Answer there = wps(b()).await(id, Phase.SUCCEEDED);
        assertTrue(there.body().length > LARGE, there.body().length + " bytes");
        assertSame(wps(a()).status(id), there, "Response on B");
    }

    @Test
    @Order(7)
    @DisplayName("A process that failed reads the same on all nodes, with its exception")
    void failureEverywhere() throws Exception {
        for (Execute request : List.of(failing(), slowInputMissing())) {
            String id = wps(a()).submit(request);
            Answer here = wps(a()).await(id, Phase.FAILED);
            String text = here.xml().text("ExceptionText");
            assertTrue(text.contains("geom"), here.toString());
            for (Node other : List.of(b(), c())) {
                Answer there = wps(other).await(id, Phase.FAILED);
                assertEquals(text, there.xml().text("ExceptionText"));
                assertSame(wps(a()).status(id), there, "Failure on " + other);
            }
        }
    }

    /** A request whose input is not found. */
    private Execute slowInputMissing() {
        return Execute.asynchronous(BUFFER)
                .geometryFrom("geom", slowInput().url() + "/missing")
                .literal("distance", 3);
    }

    @Test
    @Order(8)
    @DisplayName("An execution that never was is unknown on each node")
    void unknown() throws Exception {
        String id = "00000000-0000-4000-8000-000000000000";
        for (Node node : List.of(a(), b(), c())) {
            String status = wps(node).status(id).exception();
            assertTrue(status != null && status.startsWith("Unknown execution id " + id), status);
            String dismissed = wps(node).dismiss(id).exception();
            assertTrue(dismissed != null && dismissed.startsWith("Unknown execution id " + id), dismissed);
        }
    }
}
