// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.geoserver.nativecluster.suite.Wps.Listed;
import org.geoserver.nativecluster.suite.Wps.Phase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Nodes that are killed, stopped and started again. Each case begins where the one before it ended. */
@Order(6)
class NodeLossTest extends ClusterCase {
    private static final String ALL = "maxFeatures=1000";

    /** What was made on A before it was killed, and on B while A was down. */
    private static String finished;

    private static Answer finishedResponse;
    private static Answer finishedOutput;
    private static String killed;
    private static String killedInQueue;
    private static String madeMeanwhile;

    @Test
    @Order(1)
    @DisplayName("A is killed: B and C say that its running and queued processes failed, and why, once the grace is over")
    void killed() throws Exception {
        finished = run(a(), quick().asReference());
        finishedResponse = wps(a()).status(finished).expectGood();
        finishedOutput = wps(a()).result(finishedResponse).expectGood();
        wps(b()).await(finished, Phase.SUCCEEDED);
        killed = wps(a()).submit(slow(slowInput()));
        killedInQueue = wps(a()).submit(slow(slowInput()));
        for (Node other : List.of(b(), c())) {
            wps(other).await(killed, Phase.STARTED);
            wps(other).await(killedInQueue, Phase.ACCEPTED);
        }
        a().kill();
        for (String id : List.of(killed, killedInQueue)) {
            Answer onB = wps(b()).await(id, Phase.FAILED);
            Answer onC = wps(c()).await(id, Phase.FAILED);
            String reason = onB.xml().text("ExceptionText");
            assertTrue(reason.contains("node"), onB.toString());
            assertEquals(reason, onC.xml().text("ExceptionText"));
        }
        ModuleLine.awaitNodes(2, b(), c());
        for (Node other : List.of(b(), c())) {
            List<Listed> listed = wps(other).list(ALL + "&status=FAILED");
            assertTrue(listed.stream().anyMatch(row -> row.id().equals(killed)), listed.toString());
            assertTrue(listed.stream().anyMatch(row -> row.id().equals(killedInQueue)), listed.toString());
        }
    }

    @Test
    @Order(2)
    @DisplayName("While A is down, B answers for what finished there, says which node has an output, and works on")
    void withoutIt() throws Exception {
        madeMeanwhile = run(b(), quick().asReference());
        wps(c()).await(madeMeanwhile, Phase.SUCCEEDED);
        String dismissed = wps(c()).submit(slow(slowInput()));
        wps(b()).await(dismissed, Phase.STARTED);
        assertEquals(Phase.FAILED, Phase.of(wps(b()).dismiss(dismissed)));
        assertSame(finishedResponse, wps(b()).status(finished), "Response on B");
        String exception = wps(b()).result(finishedResponse).exception();
        assertTrue(exception != null && exception.contains("node") && exception.contains("reached"), exception);
    }

    @Test
    @Order(3)
    @DisplayName("A is started again, and finds the others by a list: all know all of it, and its outputs are served everywhere")
    void restarted() throws Exception {
        Suite.configure(a(), Suite.NETWORK.listXml());
        Suite.start(a());
        a().awaitReady();
        ModuleLine.awaitNodes(3, a(), b(), c());
        for (Node node : List.of(a(), b(), c())) {
            assertSame(finishedResponse, wps(node).status(finished), "Response on " + node);
            assertSame(finishedOutput, wps(node).result(finishedResponse), "Output on " + node);
            wps(node).await(killed, Phase.FAILED);
            wps(node).await(killedInQueue, Phase.FAILED);
            Answer response = wps(node).await(madeMeanwhile, Phase.SUCCEEDED);
            wps(node).result(response).expectGood();
        }
        assertEquals(Set.copyOf(wps(b()).list(ALL)), Set.copyOf(wps(a()).list(ALL)));
        run(a(), quick());
    }

    @Test
    @Order(4)
    @DisplayName("C is stopped in good order: its running process has failed on the others at once, with the reason")
    void stopped() throws Exception {
        String running = wps(c()).submit(slow(slowInput()));
        wps(a()).await(running, Phase.STARTED);
        c().stop();
        for (Node other : List.of(a(), b())) {
            Answer failed = wps(other).await(running, Phase.FAILED);
            assertTrue(failed.xml().text("ExceptionText").contains("stopped"), failed.toString());
        }
        ModuleLine.awaitNodes(2, a(), b());
    }

    @Test
    @Order(5)
    @DisplayName("A and B are both stopped and started: everything is still known, and outputs are served")
    void allRestarted() throws Exception {
        Set<Listed> before = new HashSet<>(wps(a()).list(ALL));
        String onA = run(a(), quick().asReference());
        Answer response = wps(b()).await(onA, Phase.SUCCEEDED);
        Answer output = wps(a()).result(response).expectGood();
        String failed = wps(b()).submit(failing());
        Answer failure = wps(b()).await(failed, Phase.FAILED);
        a().stop();
        b().stop();
        Suite.start(a());
        Suite.start(b());
        a().awaitReady();
        b().awaitReady();
        ModuleLine.awaitNodes(2, a(), b());
        for (Node node : List.of(a(), b())) {
            assertTrue(Set.copyOf(wps(node).list(ALL)).containsAll(before), "GetExecutions of " + node);
            assertSame(response, wps(node).status(onA), "Response on " + node);
            assertSame(output, wps(node).result(response), "Output on " + node);
            assertSame(failure, wps(node).status(failed), "Failure on " + node);
            assertSame(finishedOutput, wps(node).result(finishedResponse), "Older output on " + node);
        }
    }
}
