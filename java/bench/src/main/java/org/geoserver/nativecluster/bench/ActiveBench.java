// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.geoserver.nativecluster.suite.Extension;
import org.geoserver.nativecluster.suite.Folders;
import org.geoserver.nativecluster.suite.Setup;
import org.geoserver.nativecluster.suite.Webapp;
import org.geoserver.nativecluster.suite.active.ActiveNodes;

/**
 * Active clustering in a real GeoServer. The peers' figures are quoted: they were measured once in the same way, with two
 * nodes on loopback and data directories of their own, on a quiet machine of two cores.
 */
final class ActiveBench {
    /** GeoServer's own clustering of the catalog, by ActiveMQ, with its broker outside. */
    static final String JMS = "jms-cluster*";

    /** GeoServer's other one, by Hazelcast, which reloads. */
    static final String HAZELCAST = "hz-cluster*";

    /** GeoServer without any. */
    static final String BARE = "bare";

    /** Ten thousand layers need it. */
    private static final List<String> JVM = List.of("-Xmx1g");

    private final Options options;

    ActiveBench(Options options) {
        this.options = options;
    }

    /** Whether all goals are met. */
    boolean run() throws Exception {
        long began = System.nanoTime();
        System.out.println("Active clustering, two nodes of a real GeoServer, on " + WpsBench.machine());
        Path folder = Files.createTempDirectory("gs-native-cluster-bench-active-");
        Report report = new Report();
        try {
            if (options.wants("core")) {
                try (Workplace workplace = new Workplace(options)) {
                    new ActiveCore(workplace, report, options.isQuick()).run();
                }
            }
            if (options.wants("edits") || options.wants("trouble")) {
                try (ActiveNodes nodes = nodes(folder.resolve("nodes"))) {
                    ActiveEdits edits = new ActiveEdits(nodes, report, options.isQuick());
                    edits.start();
                    if (options.wants("edits")) {
                        edits.run();
                    }
                    if (options.wants("trouble")) {
                        new ActiveTrouble(nodes, report, options.isQuick()).run();
                    }
                }
            }
            if (options.wants("start")) {
                try (ActiveNodes nodes = nodes(folder.resolve("start"))) {
                    new ActiveStart(nodes, report, layers()).run();
                }
            }
        } finally {
            if (options.has("--keep")) {
                System.out.println("The nodes' files are in " + folder);
            } else {
                Folders.delete(folder);
            }
        }
        report.print();
        System.out.println("* quoted, not measured in this run");
        System.out.printf(
                Locale.ROOT, "%.0f s; load at the end %.1f%n", (System.nanoTime() - began) / Bench.SECOND, WpsBench.load());
        if (options.get("--json") != null) {
            report.write(Path.of(options.get("--json")));
        }
        return report.isMet();
    }

    private int layers() {
        String layers = options.get("--layers");
        return layers != null ? Integer.parseInt(layers) : options.isQuick() ? 1_000 : 10_000;
    }

    private ActiveNodes nodes(Path folder) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        Setup setup = Setup.of(new Webapp(needed("--webapp")), needed("--containers"), java, JVM);
        return ActiveNodes.separate(setup, new Extension(needed("--zip")), folder);
    }

    private Path needed(String option) {
        String value = options.get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return Path.of(value).toAbsolutePath();
    }

    /** Tells what goes on: a run takes minutes. */
    static void say(String what) {
        System.out.println("  " + what);
    }

    /** A deed that is timed. */
    @FunctionalInterface
    interface Deed {
        void run() throws Exception;
    }

    /** How long it takes, in milliseconds. */
    static double millis(Deed deed) throws Exception {
        long start = System.nanoTime();
        deed.run();
        return (System.nanoTime() - start) / Bench.MILLISECOND;
    }
}
