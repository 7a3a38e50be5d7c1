// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;

/** Nodes of a cluster that no other test meets: on loopback, with a name and a secret of its own. */
final class IsolatedCluster implements AutoCloseable {
    /** For conditions that a loaded machine may delay. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path folder;
    private final String name = "test-" + UUID.randomUUID();
    private final List<Runnable> open = new ArrayList<>();

    IsolatedCluster(Path folder) {
        this.folder = folder;
    }

    /** What of this JVM's class path is the shim, and the library for those that have it there. */
    static String shimClassPath() {
        String path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(IsolatedCluster::isOfShim)
                .collect(Collectors.joining(File.pathSeparator));
        if (path.isEmpty()) {
            throw new IllegalStateException("the class path of the tests has no shim");
        }
        return path;
    }

    private static boolean isOfShim(String entry) {
        Path folder = Path.of(entry);
        return Files.exists(folder.resolve("org/geoserver/nativecluster/nativelib/NativeLibrary.class"))
                || Files.exists(folder.resolve("applicationContext.xml"))
                || Files.exists(folder.resolve("native"));
    }

    static Installation installation() {
        return Installation.ofClassPath(shimClassPath());
    }

    Path data(String node) throws IOException {
        Path data = folder.resolve(node);
        if (!Files.exists(data.resolve("hazelcast.xml"))) {
            Hazelcast.multicast(data, name);
        }
        return data;
    }

    /** Starts a node in this JVM. */
    EmbeddedHost start(String node) throws IOException {
        EmbeddedHost host = new EmbeddedHost(installation(), data(node));
        open.add(host::close);
        return host;
    }

    /** Starts a node in a JVM of its own. */
    NodeProcess startJvm(String node) throws IOException {
        List<String> options = new ArrayList<>(List.of("-Xmx256m", "-Xcheck:jni"));
        String library = System.getProperty("gs.cluster.library");
        if (library != null) {
            options.add("-Dgs.cluster.library=" + library);
        }
        // a paused node is given up after two seconds instead of thirty
        Map<String, String> environment =
                Map.of("GEOSERVER_CLUSTER_SECRET", name, "GEOSERVER_CLUSTER_ORPHAN_GRACE_SECONDS", "2");
        NodeProcess process =
                NodeProcess.start(node, data(node), options, List.of("--shim", shimClassPath()), environment);
        open.add(process::close);
        return process;
    }

    static void formed(EmbeddedHost... hosts) {
        for (EmbeddedHost host : hosts) {
            Await.until("all nodes to meet", PATIENCE, () -> Smoke.members(host), count -> count == hosts.length);
        }
    }

    static void formed(NodeProcess... nodes) {
        for (NodeProcess node : nodes) {
            Await.until(
                    node.name() + " to meet the others",
                    PATIENCE,
                    () -> Smoke.members(node.ask("cluster").get("json")),
                    count -> count == nodes.length);
        }
    }

    /** Waits for a phase, null for an execution that is unknown. */
    static ExecutionStatus phase(EmbeddedHost host, String id, ProcessState phase) {
        return Await.until(
                "phase " + phase + " of " + id,
                PATIENCE,
                () -> host.statuses().get(id),
                status -> (status == null ? null : status.getPhase()) == phase);
    }

    static Reply phase(NodeProcess node, String id, String phase) {
        return Await.until(
                node.name() + " to say " + phase + " of " + id,
                PATIENCE,
                () -> node.ask("status " + id),
                reply -> reply.get("phase").equals(phase));
    }

    @Override
    public void close() {
        for (int at = open.size() - 1; at >= 0; at--) {
            open.get(at).run();
        }
    }
}
