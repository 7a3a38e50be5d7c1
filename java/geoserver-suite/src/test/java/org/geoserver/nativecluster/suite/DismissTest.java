// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.geoserver.nativecluster.suite.Wps.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Dismiss, asked of a node that does not run the process. */
@Order(4)
class DismissTest extends ClusterCase {
    private static void assertDismissed(Answer answer) {
        assertEquals(Phase.FAILED, Phase.of(answer), answer.toString());
        assertEquals("The process execution has been dismissed", answer.xml().text("ExceptionText"));
    }

    /** After a Dismiss the specification wants an execution to be as if it had never been. */
    private static void awaitUnknownEverywhere(String id) {
        for (Node node : List.of(a(), b(), c())) {
            Await.until(id + " is unknown on " + node, Await.SOON, () -> {
                Answer status = wps(node).status(id);
                String exception = status.exception();
                return exception != null && exception.startsWith("Unknown execution id") ? null : status.toString();
            });
            Await.until(id + " is not listed on " + node, Await.SOON, () -> {
                boolean listed = wps(node).list("maxFeatures=1000").stream().anyMatch(row -> row.id().equals(id));
                return listed ? "it is listed" : null;
            });
        }
    }

    @Test
    @Order(1)
    @DisplayName("Dismiss on B of a process that runs on A: it stops there at once, and is unknown everywhere")
    void running() throws Exception {
        SlowInputs.Input input = slowInput();
        String id = wps(a()).submit(slow(input));
        wps(b()).await(id, Phase.STARTED);
        input.awaitAsked();
        assertDismissed(wps(b()).dismiss(id));
        input.awaitDropped();
        awaitUnknownEverywhere(id);
        // its place is free again
        run(a(), quick());
        awaitUnknownEverywhere(id);
    }

    @Test
    @Order(2)
    @DisplayName("Dismiss on B of a process in A's queue: it never runs, is unknown everywhere, and the one before it goes on")
    void queued() throws Exception {
        SlowInputs.Input first = slowInput();
        SlowInputs.Input second = slowInput();
        String running = wps(a()).submit(slow(first));
        String queued = wps(a()).submit(slow(second));
        wps(b()).await(queued, Phase.ACCEPTED);
        assertDismissed(wps(b()).dismiss(queued));
        awaitUnknownEverywhere(queued);
        wps(b()).await(running, Phase.STARTED);
        first.finish();
        wps(b()).await(running, Phase.SUCCEEDED);
        // whatever came after it in the queue has run, so it would have been asked for by now
        run(a(), quick());
        assertFalse(second.isAsked(), "the dismissed process was run");
        awaitUnknownEverywhere(queued);
    }

    @Test
    @Order(3)
    @DisplayName("Dismiss on B of a process that finished on A: its files are removed on all nodes, and it is unknown everywhere")
    void finished() throws Exception {
        String id = run(a(), quick().asReference());
        Answer response = wps(b()).await(id, Phase.SUCCEEDED);
        wps(b()).result(response).expectGood();
        assertDismissed(wps(b()).dismiss(id));
        awaitUnknownEverywhere(id);
        for (Node node : List.of(a(), b(), c())) {
            Await.until("the files of " + id + " are gone on " + node, Await.SOON, () -> {
                List<String> files = node.wpsFiles(id);
                return files.isEmpty() ? null : files.toString();
            });
            assertNotNull(wps(node).result(response).exception(), "the output is gone on " + node);
        }
    }

    @Test
    @Order(4)
    @DisplayName("Dismiss a second time, on any node, says that the execution is unknown")
    void twice() throws Exception {
        SlowInputs.Input input = slowInput();
        String id = wps(a()).submit(slow(input));
        wps(b()).await(id, Phase.STARTED);
        assertDismissed(wps(b()).dismiss(id));
        for (Node node : List.of(b(), c(), a())) {
            String again = wps(node).dismiss(id).exception();
            assertTrue(again != null && again.startsWith("Unknown execution id"), again);
        }
        input.awaitDropped();
    }

    @Test
    @Order(5)
    @DisplayName("Dismiss on A of its own processes still works: running, queued and finished")
    void own() throws Exception {
        SlowInputs.Input first = slowInput();
        SlowInputs.Input second = slowInput();
        String running = wps(a()).submit(slow(first));
        wps(a()).await(running, Phase.STARTED);
        first.awaitAsked();
        String queued = wps(a()).submit(slow(second));
        String finished = run(b(), quick());
        assertDismissed(wps(a()).dismiss(queued));
        assertDismissed(wps(a()).dismiss(running));
        assertDismissed(wps(b()).dismiss(finished));
        first.awaitDropped();
        List.of(queued, running, finished).forEach(DismissTest::awaitUnknownEverywhere);
        run(a(), quick());
        assertFalse(second.isAsked(), "the dismissed process was run");
    }
}
