// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import static org.geoserver.nativecluster.host.IsolatedCluster.formed;
import static org.geoserver.nativecluster.host.IsolatedCluster.phase;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in JVMs of their own: what a kill, a stop, a pause and a restart do. */
class RestartTest {
    @TempDir
    Path folder;

    @Test
    void aKilledNode() throws IOException {
        try (IsolatedCluster cluster = new IsolatedCluster(folder)) {
            NodeProcess a = cluster.startJvm("a");
            NodeProcess b = cluster.startJvm("b");
            formed(a, b);
            String done = a.ask("submit size=100000").get("id");
            phase(b, done, "SUCCEEDED");
            String response = a.ask("response " + done).get("document");
            Await.until(
                    "b to have the response",
                    IsolatedCluster.PATIENCE,
                    () -> cluster.folder.resolve("b/temp/wps/" + done + "/response.xml").toFile().exists());
            String running = a.ask("submit gate=never").get("id");
            phase(b, running, "RUNNING");
            a.kill();

            Reply failed = phase(b, running, "FAILED");
            assertTrue(failed.get("exception").contains("gone"), failed.get("exception"));
            String document = b.ask("response " + running).get("document");
            assertTrue(document.contains("ProcessFailed") && document.contains("gone"), document);
            assertEquals(response, b.ask("response " + done).get("document"));
            assertEquals("3", count(b, running, done));
            assertTrue(b.ask("dismiss " + running).get("document").contains("dismissed"));
            phase(b, running, "");

            NodeProcess again = cluster.startJvm("a");
            formed(again, b);
            phase(again, running, "");
            phase(again, done, "SUCCEEDED");
            assertEquals(
                    again.ask("output " + done + " result.bin").get("sha256"),
                    b.ask("output " + done + " result.bin").get("sha256"));
        }
    }

    /** With a synchronous one, for which there is no request document. */
    private static String count(NodeProcess node, String... ids) {
        String synchronous = node.ask("execute size=1").get("id");
        String listed = node.ask("list").get("ids");
        for (String id : ids) {
            assertTrue(listed.contains(id), listed);
        }
        assertTrue(listed.contains(synchronous), listed);
        return node.ask("list").get("count");
    }

    @Test
    void aFullStopAndStart() throws IOException {
        try (IsolatedCluster cluster = new IsolatedCluster(folder)) {
            NodeProcess a = cluster.startJvm("a");
            NodeProcess b = cluster.startJvm("b");
            formed(a, b);
            String done = a.ask("submit size=1000").get("id");
            phase(b, done, "SUCCEEDED");
            String running = a.ask("submit gate=never").get("id");
            phase(b, running, "RUNNING");
            assertEquals(0, a.stop());
            // a node that is stopped says so itself, before others have to find out and before its process fails in some way
            assertTrue(phase(b, running, "FAILED").get("exception").contains("stopped"));
            assertEquals(0, b.stop());

            NodeProcess bAgain = cluster.startJvm("b");
            phase(bAgain, done, "SUCCEEDED");
            phase(bAgain, running, "FAILED");
            NodeProcess aAgain = cluster.startJvm("a");
            formed(aAgain, bAgain);
            for (NodeProcess node : new NodeProcess[] {aAgain, bAgain}) {
                phase(node, done, "SUCCEEDED");
                assertTrue(node.ask("response " + done).get("document").contains("ProcessSucceeded"));
                assertEquals("1000", node.ask("output " + done + " result.bin").get("size"));
                assertTrue(node.ask("response " + running).get("document").contains("ProcessFailed"));
            }
        }
    }

    /** A node that is paused for longer than the others wait: they give its process up, but it ends well. */
    @Test
    void aPausedNodeKnowsBetter() throws IOException, InterruptedException {
        try (IsolatedCluster cluster = new IsolatedCluster(folder)) {
            NodeProcess a = cluster.startJvm("a");
            NodeProcess b = cluster.startJvm("b");
            formed(a, b);
            String id = a.ask("submit gate=late").get("id");
            phase(b, id, "RUNNING");
            signal(a, "STOP");
            try {
                phase(b, id, "FAILED");
            } finally {
                signal(a, "CONT");
            }
            formed(a, b);
            phase(a, id, "RUNNING");
            a.ask("open late").get("");
            phase(b, id, "SUCCEEDED");
            assertTrue(b.ask("response " + id).get("document").contains("ProcessSucceeded"));
        }
    }

    /** Whether the paused node is still taken for up or not, the client gets an answer, and the process ends. */
    @Test
    void dismissOfWhatRunsOnAPausedNode() throws IOException, InterruptedException {
        try (IsolatedCluster cluster = new IsolatedCluster(folder)) {
            NodeProcess a = cluster.startJvm("a");
            NodeProcess b = cluster.startJvm("b");
            formed(a, b);
            String id = a.ask("submit gate=never").get("id");
            phase(b, id, "RUNNING");
            signal(a, "STOP");
            try {
                assertTrue(b.ask("dismiss " + id).get("document").contains("dismissed"));
            } finally {
                signal(a, "CONT");
            }
            phase(a, id, "");
            phase(b, id, "");
        }
    }

    private static void signal(NodeProcess node, String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(node.pid()))
                .inheritIO()
                .start();
        assertEquals(0, kill.waitFor());
    }
}
