// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The whole run. */
final class WpsBench {
    private final Options options;

    WpsBench(Options options) {
        this.options = options;
    }

    /** Whether all goals are met. */
    boolean run() throws IOException {
        long began = System.nanoTime();
        System.out.println("This project beside Hazelcast 5.3.8, on " + machine());
        try (Workplace workplace = new Workplace(options)) {
            Report report = new Report();
            Bench bench = new Bench(options, workplace, report);
            if (options.wants("starts")) {
                new Starts(bench).run();
            }
            if (options.wants("latencies") || options.wants("survival")) {
                maps(bench);
            }
            if (options.wants("link")) {
                new LinkCut(bench).run();
            }
            report.print();
            System.out.printf(
                    Locale.ROOT, "%.0f s; load at the end %.1f%n", (System.nanoTime() - began) / Bench.SECOND, load());
            if (options.get("--json") != null) {
                report.write(Path.of(options.get("--json")));
            }
            return report.isMet();
        }
    }

    private void maps(Bench bench) throws IOException {
        try (Members ours = bench.members("native", "maps", Members.LOOPBACK);
                Members theirs = bench.members("hazelcast", "maps", Members.LOOPBACK)) {
            Contestant us = new Contestant("native", null, ours);
            List<Contestant> peers = List.of(
                    new Contestant("imap", Report.IMAP, theirs),
                    new Contestant("replicated", Report.REPLICATED, theirs));
            for (int member = 0; member < 2; member++) {
                ours.add();
                theirs.add();
            }
            Latencies latencies = new Latencies(bench, List.of(us, peers.get(0), peers.get(1)));
            Survival survival = new Survival(bench, us, peers, theirs);
            latencies.load();
            if (options.wants("latencies")) {
                latencies.run(2);
            }
            survival.joinLate();
            if (options.wants("latencies")) {
                latencies.run(3);
            }
            if (options.wants("survival")) {
                survival.run();
            }
        }
    }

    static String machine() {
        return String.format(
                Locale.ROOT,
                "%d processors, Java %s; load at the start %.1f%s",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                load(),
                load() > Runtime.getRuntime().availableProcessors() ? ": busy, the times are pessimistic" : "");
    }

    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
