// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import static org.geoserver.nativecluster.host.IsolatedCluster.phase;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.geoserver.wps.executor.ProcessState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The web application is stopped and started again in a JVM that lives on. */
class RedeployTest {
    @TempDir
    Path folder;

    @Test
    void theFirstClassLoaderIsFreed() throws IOException {
        try (IsolatedCluster cluster = new IsolatedCluster(folder)) {
            Path data = cluster.data("one");
            WeakReference<ClassLoader> first = deployAndStop(data);
            assertEquals(List.of(), threads());
            // the static context of the stand-in is then that of the second, as in GeoServer's own class loader
            deployAndStop(data);
            Await.until("the first class loader to be collected", IsolatedCluster.PATIENCE, () -> {
                clearSoftReferences();
                return first.get() == null;
            });
        }
        assertEquals(List.of(), threads());
    }

    private static WeakReference<ClassLoader> deployAndStop(Path data) {
        try (EmbeddedHost host = new EmbeddedHost(IsolatedCluster.installation(), data)) {
            assertTrue(host.module().isEnabled());
            String id = host.submit(Map.of("size", "100"));
            phase(host, id, ProcessState.SUCCEEDED);
            host.submit(Map.of("gate", "never")); // runs when GeoServer stops
            return new WeakReference<>(host.loader());
        }
    }

    /** Spring is outside of the class loader here, and its caches hold classes softly: until memory is short. */
    private static void clearSoftReferences() {
        List<long[]> ballast = new ArrayList<>();
        try {
            while (true) {
                ballast.add(new long[1 << 20]);
            }
        } catch (OutOfMemoryError full) {
            ballast.clear();
            System.gc();
        }
    }

    /** Threads of Java and of the library that bear our name. */
    private static List<String> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            Stream<String> nativeNames = tasks.map(RedeployTest::name);
            Stream<String> javaNames =
                    Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
            return Stream.concat(nativeNames, javaNames)
                    .filter(name -> name.startsWith("gs-"))
                    .toList();
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).trim();
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
