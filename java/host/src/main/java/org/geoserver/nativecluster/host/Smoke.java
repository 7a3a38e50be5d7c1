// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;

/** The shortest way to see that an installation works: two nodes in one JVM, a process, its output on the other. */
final class Smoke {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Smoke() {}

    static int run(Arguments arguments) throws IOException {
        Path folder = Files.createTempDirectory("gs-native-cluster-smoke");
        try {
            Installation installation = arguments.installation(folder.resolve("lib"));
            String cluster = "smoke-" + ProcessHandle.current().pid();
            Hazelcast.multicast(folder.resolve("one"), cluster);
            Hazelcast.multicast(folder.resolve("two"), cluster);
            try (EmbeddedHost one = new EmbeddedHost(installation, folder.resolve("one"));
                    EmbeddedHost two = new EmbeddedHost(installation, folder.resolve("two"))) {
                check(one, two);
            }
        } finally {
            Folders.delete(folder);
        }
        System.out.println("smoke: two nodes of the zip in one JVM found each other, and one gave out the other's result");
        return 0;
    }

    private static void check(EmbeddedHost one, EmbeddedHost two) throws IOException {
        if (!one.module().isEnabled()) {
            throw new IllegalStateException(one.module().getMessage().orElse("disabled"));
        }
        Await.until("the nodes to find each other", PATIENCE, () -> members(one) == 2 && members(two) == 2);
        String id = one.submit(Map.of("size", "1000"));
        Await.until(
                "SUCCEEDED on the other node",
                PATIENCE,
                () -> two.statuses().get(id),
                (ExecutionStatus status) -> status != null && status.getPhase() == ProcessState.SUCCEEDED);
        if (!two.response(id).contains("ProcessSucceeded")) {
            throw new IllegalStateException("the response is not the one that was written: " + two.response(id));
        }
        try (InputStream output = two.output(id, "result.bin")) {
            if (output.readAllBytes().length != 1000) {
                throw new IllegalStateException("the output has the wrong size");
            }
        }
    }

    /** How many members a node sees, itself included. */
    static int members(EmbeddedHost host) {
        return members(host.cluster());
    }

    static int members(String clusterJson) {
        return clusterJson == null ? 0 : clusterJson.split("\"self\"", -1).length - 1;
    }
}
