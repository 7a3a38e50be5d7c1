// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import static org.geoserver.nativecluster.host.IsolatedCluster.PATIENCE;
import static org.geoserver.nativecluster.host.IsolatedCluster.phase;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.geoserver.wps.UnknownExecutionIdException;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.executor.WPSExecutionManager;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in one JVM with data directories of their own; A executes, B answers. */
class TwoNodesTest {
    @TempDir
    static Path folder;

    private static IsolatedCluster cluster;
    private static EmbeddedHost a;
    private static EmbeddedHost b;

    @BeforeAll
    static void start() throws IOException {
        cluster = new IsolatedCluster(folder);
        a = cluster.start("a");
        b = cluster.start("b");
        IsolatedCluster.formed(a, b);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Path files(String node, String id) {
        return folder.resolve(node).resolve("temp/wps").resolve(id);
    }

    private static void gone(String id) {
        phase(a, id, null);
        phase(b, id, null);
        for (String node : List.of("a", "b")) {
            Await.until("the files of " + id + " on " + node + " to go", PATIENCE, () -> !Files.exists(files(node, id)));
        }
    }

    private static void assertUnknown(EmbeddedHost host, String id) {
        assertThrows(UnknownExecutionIdException.class, () -> host.response(id));
    }

    @Test
    void bAnswersForWhatRunsAndWaitsOnA() throws IOException {
        String first = a.submit(Map.of("gate", "one"));
        String second = a.submit(Map.of("gate", "one"));
        phase(b, first, ProcessState.RUNNING);
        phase(b, second, ProcessState.RUNNING);
        String waiting = a.submit(Map.of("gate", "one"));
        assertTrue(b.response(first).contains("ProcessStarted"), b.response(first));
        assertTrue(b.response(waiting).contains("ProcessAccepted"), b.response(waiting));
        assertEquals(a.statuses().get(waiting), b.statuses().get(waiting));
        FakeProcess.open("one");
        for (String id : List.of(first, second, waiting)) {
            phase(b, id, ProcessState.SUCCEEDED);
            assertEquals(a.response(id), b.response(id));
        }
    }

    @Test
    void bGivesOutResponseAndOutputsOfAnySize() throws IOException {
        for (int size : new int[] {0, 1, 3_000_000}) {
            String id = a.submit(Map.of("size", String.valueOf(size)));
            phase(b, id, ProcessState.SUCCEEDED);
            assertTrue(b.response(id).contains("ProcessSucceeded"));
            try (InputStream there = a.output(id, "result.bin");
                    InputStream here = b.output(id, "result.bin")) {
                assertArrayEquals(there.readAllBytes(), here.readAllBytes());
            }
            try (InputStream mime = b.output(id, "result.bin.mime")) {
                assertEquals("application/octet-stream", new String(mime.readAllBytes()));
            }
            assertThrows(WPSException.class, () -> b.output(id, "nothing.bin"));
            assertThrows(RuntimeException.class, () -> b.output(id, "../response.xml"));
        }
    }

    @Test
    void failuresReadTheSame() throws IOException {
        for (Map<String, String> inputs : List.of(
                Map.of("fail", "it broke"), Map.of("fail", "wrong input", "code", "InvalidParameterValue"))) {
            String id = a.submit(inputs);
            phase(b, id, ProcessState.FAILED);
            assertEquals(a.response(id), b.response(id));
            assertTrue(b.response(id).contains(inputs.get("fail")), b.response(id));
            ExecutionStatus there = a.statuses().get(id);
            ExecutionStatus here = b.statuses().get(id);
            assertEquals(there, here);
            assertEquals(there.getException().toString(), here.getException().toString());
        }
    }

    /** GeoServer says FAILED before it writes the response; whoever asks in between must not get an error. */
    @Test
    void theResponseOfAFailureIsThereAsSoonAsItFailed() throws IOException {
        for (int i = 0; i < 20; i++) {
            String id = a.submit(Map.of("fail", "quickly"));
            for (EmbeddedHost host : List.of(b, a)) {
                phase(host, id, ProcessState.FAILED);
                assertTrue(host.response(id).contains("quickly"), host.response(id));
            }
        }
    }

    @Test
    void everyNodeListsAllExecutions() throws IOException {
        String asynchronous = a.submit(Map.of());
        String synchronous = a.submit(Map.of(), true);
        String failed = a.submit(Map.of("fail", "no"));
        for (String id : List.of(asynchronous, synchronous)) {
            phase(b, id, ProcessState.SUCCEEDED);
        }
        phase(b, failed, ProcessState.FAILED);
        List<String> listed = b.statuses().list(new Query("all", Filter.INCLUDE)).stream()
                .map(ExecutionStatus::getExecutionId)
                .toList();
        for (String id : List.of(asynchronous, synchronous, failed)) {
            assertTrue(listed.contains(id));
            // GetExecutions needs the request of each
            assertTrue(b.resources().getStoredRequestObject(id).toString().contains("demo:work"));
        }
    }

    @Test
    void dismissOfWhatRuns() {
        for (EmbeddedHost host : List.of(a, b)) {
            String id = a.submit(Map.of("gate", "never"));
            phase(b, id, ProcessState.RUNNING);
            assertTrue(host.dismiss(id).contains("The process execution has been dismissed"));
            assertUnknown(host, id);
            gone(id);
            assertThrows(UnknownExecutionIdException.class, () -> host.dismiss(id));
        }
    }

    @Test
    void dismissOfWhatWaits() {
        for (EmbeddedHost host : List.of(a, b)) {
            String gate = "busy-" + (host == a ? "a" : "b");
            List<String> busy = List.of(a.submit(Map.of("gate", gate)), a.submit(Map.of("gate", gate)));
            busy.forEach(id -> phase(b, id, ProcessState.RUNNING));
            String waiting = a.submit(Map.of("gate", "never"));
            phase(b, waiting, ProcessState.QUEUED);
            assertTrue(host.dismiss(waiting).contains("The process execution has been dismissed"));
            gone(waiting); // while the others still run
            busy.forEach(id -> assertEquals(ProcessState.RUNNING, b.statuses().get(id).getPhase()));
            FakeProcess.open(gate);
            busy.forEach(id -> phase(b, id, ProcessState.SUCCEEDED));
            assertNull(a.statuses().get(waiting));
        }
    }

    @Test
    void dismissOfWhatHasEnded() throws IOException {
        for (EmbeddedHost host : List.of(a, b)) {
            for (Map<String, String> inputs : List.of(Map.of("size", "10"), Map.of("fail", "no"))) {
                String id = a.submit(inputs);
                Await.until("the end", PATIENCE, () -> {
                    ExecutionStatus status = host.statuses().get(id);
                    return status != null && status.getPhase().isExecutionCompleted();
                });
                assertNotNull(host.response(id));
                assertTrue(host.dismiss(id).contains("The process execution has been dismissed"));
                gone(id);
                assertUnknown(a, id);
                assertUnknown(b, id);
            }
        }
    }

    /** Other parts of GeoServer may cancel an execution that this node does not run: it ends all the same. */
    @Test
    void cancelWithoutTheDispatcher() {
        String running = a.submit(Map.of("gate", "never"));
        phase(b, running, ProcessState.RUNNING);
        b.context().getBean(WPSExecutionManager.class).cancel(running);
        gone(running);

        List<String> busy = List.of(a.submit(Map.of("gate", "soon")), a.submit(Map.of("gate", "soon")));
        busy.forEach(id -> phase(b, id, ProcessState.RUNNING));
        String waiting = a.submit(Map.of("gate", "never"));
        phase(b, waiting, ProcessState.QUEUED);
        // GeoServer's own weakness: its resource manager knows only what this node has run
        assertThrows(
                NullPointerException.class,
                () -> b.context().getBean(WPSExecutionManager.class).cancel(waiting));
        gone(waiting);
        FakeProcess.open("soon");
        busy.forEach(id -> phase(b, id, ProcessState.SUCCEEDED));
    }

    /** Whatever happens to its status elsewhere, a running process reads one that GeoServer's tracker can live with. */
    @Test
    void aRunningProcessNeverReadsNull() {
        String id = a.submit(Map.of("gate", "never"));
        phase(b, id, ProcessState.RUNNING);
        b.statuses().remove(id);
        Await.until("the process to end", PATIENCE, () -> {
            ExecutionStatus status = a.statuses().get(id);
            return status == null;
        });
        assertNull(b.statuses().get(id));
        assertFalse(Files.exists(files("a", id).resolve("response.xml")));
    }

    @Test
    void copiesOfTheDocumentsAreKeptOnTheOtherNode() {
        String id = a.submit(Map.of("size", "10"));
        for (String document : List.of("request.dat", "response.xml")) {
            Await.until(document + " on b", PATIENCE, () -> Files.exists(files("b", id).resolve(document)));
        }
        assertFalse(Files.exists(files("b", id).resolve("out")));
    }

    @Test
    void theModuleSaysHowItIs() {
        assertTrue(a.module().isEnabled());
        assertTrue(a.module().getMessage().orElse("").contains("2 nodes"), () -> a.module().toString());
        assertEquals("gs-native-cluster", a.module().getModule());
    }
}
