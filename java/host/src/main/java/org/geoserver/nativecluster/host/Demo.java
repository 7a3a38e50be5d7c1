// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What {@code ./dev run} shows: three nodes, each a JVM with the finished zip, find each other, answer for each other's
 * processes, and go on when one is killed. Each step fails the demonstration if it does not come true.
 */
final class Demo {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Long enough for a person to see progress. */
    private static final int SHOW_MILLIS = 4_000;

    private static final int OUTPUT_BYTES = 5_000_000;

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<String> proved = new ArrayList<>();
    private final long start = System.nanoTime();

    /** A process of A that succeeded. */
    private String finished;

    private Demo() {}

    static int run(Arguments arguments) throws IOException {
        boolean keep = arguments.has("--keep");
        Path folder = Files.createTempDirectory("gs-native-cluster-run");
        Demo demo = new Demo();
        boolean done = false;
        try {
            demo.startNodes(arguments, folder, keep);
            demo.show();
            done = true;
        } finally {
            if (!keep || !done) {
                demo.nodes.forEach(NodeProcess::close);
            }
            if (!done) {
                System.out.println("FAILED. The logs of the nodes are in " + folder);
            } else if (!keep) {
                Folders.delete(folder);
            }
        }
        if (keep) {
            demo.tellWhereTheyAre(folder);
        }
        System.out.println("PROVED: " + String.join("; ", demo.proved) + ".");
        return 0;
    }

    private void show() {
        answersForOthers();
        outputFromAnotherNode();
        dismissFromAnotherNode();
        dismissOfWhatIsQueued();
        survivesAKill();
    }

    private void startNodes(Arguments arguments, Path folder, boolean stay) throws IOException {
        String shim = arguments.get("--shim");
        List<String> options = new ArrayList<>(
                shim != null ? List.of("--shim", shim) : List.of("--zip", arguments.required("--zip")));
        if (stay) {
            options.add("--stay");
        }
        // a name and a secret of its own, and the loopback interface only: it meets no other cluster
        String cluster = "run-" + ProcessHandle.current().pid();
        Map<String, String> environment = Map.of("GEOSERVER_CLUSTER_SECRET", cluster + "-" + System.nanoTime());
        for (String name : List.of("A", "B", "C")) {
            Path data = folder.resolve(name);
            Hazelcast.multicast(data, cluster);
            nodes.add(NodeProcess.start("node " + name, data, jvmOptions(), options, environment));
            say(name, "started, process " + last().pid() + (shim == null ? ", from the zip" : ""));
        }
        for (NodeProcess node : nodes) {
            Await.until(
                    node.name() + " to see three members",
                    PATIENCE,
                    () -> Smoke.members(node.ask("cluster").get("json")),
                    count -> count == 3);
        }
        say(" ", a().ask("module").get("message"));
        prove("three nodes found each other by multicast");
    }

    private static List<String> jvmOptions() {
        List<String> options = new ArrayList<>(List.of("-Xmx256m"));
        String library = System.getProperty("gs.cluster.library");
        if (library != null) {
            options.add("-Dgs.cluster.library=" + library);
        }
        return options;
    }

    private void answersForOthers() {
        String id = a().ask("submit millis=" + SHOW_MILLIS + "&size=" + OUTPUT_BYTES).get("id");
        say("A", "runs process " + shortened(id));
        String shown = "";
        Reply status = b().ask("status " + id);
        while (!status.get("phase").equals("SUCCEEDED")) {
            if (status.get("phase").isEmpty() || status.get("phase").equals("FAILED")) {
                throw new IllegalStateException("B says " + status + " of a process that runs on A");
            }
            String line = bar(status);
            if (!line.equals(shown)) {
                say("B", "says of it: " + line);
                shown = line;
            }
            status = b().ask("status " + id);
        }
        say("B", "says of it: " + bar(status));
        phase(c(), id, "SUCCEEDED");
        if (!c().ask("response " + id).get("document").contains("ProcessSucceeded")) {
            throw new IllegalStateException("C does not have the response of A's process");
        }
        say("C", "has its response document");
        finished = id;
        prove("B and C answer for a process of A, with progress");
    }

    private void outputFromAnotherNode() {
        Reply there = a().ask("output " + finished + " result.bin");
        Reply here = c().ask("output " + finished + " result.bin");
        if (!there.get("sha256").equals(here.get("sha256"))
                || !here.get("size").equals(String.valueOf(OUTPUT_BYTES))) {
            throw new IllegalStateException("the output on C differs from that on A: " + here + ", " + there);
        }
        say("C", "gives out its output, " + OUTPUT_BYTES / 1_000_000 + " MB, sha256 "
                + here.get("sha256").substring(0, 12) + "…, as A has it");
        prove("C gives out A's output without a shared file system");
    }

    private void dismissFromAnotherNode() {
        String id = a().ask("submit gate=never").get("id");
        phase(b(), id, "RUNNING");
        say("A", "runs process " + shortened(id) + ", which would never end");
        if (!c().ask("dismiss " + id).get("document").contains("dismissed")) {
            throw new IllegalStateException("C did not dismiss it");
        }
        for (NodeProcess node : nodes) {
            phase(node, id, "");
        }
        say("C", "dismissed it: A ended it, and no node knows it any more");
        prove("C dismisses a process that runs on A");
    }

    /** Each node runs two processes at a time; the third waits. */
    private void dismissOfWhatIsQueued() {
        List<String> busy = List.of(
                a().ask("submit gate=later").get("id"), a().ask("submit gate=later").get("id"));
        busy.forEach(id -> phase(b(), id, "RUNNING"));
        String waiting = a().ask("submit gate=never").get("id");
        phase(b(), waiting, "QUEUED");
        say("A", "is busy: process " + shortened(waiting) + " waits in its queue");
        b().ask("dismiss " + waiting).get("document");
        phase(a(), waiting, "");
        a().ask("open later").get("");
        busy.forEach(id -> phase(b(), id, "SUCCEEDED"));
        say("B", "dismissed it before it started; the others went on and succeeded");
        prove("B dismisses a process that waits on A");
    }

    private void survivesAKill() {
        String id = a().ask("submit gate=never").get("id");
        phase(b(), id, "RUNNING");
        say("A", "runs process " + shortened(id) + ", and is killed");
        long killed = System.nanoTime();
        a().kill();
        Reply status = phase(b(), id, "FAILED");
        say("B", String.format(
                "says after %.1f s: FAILED, %s",
                (System.nanoTime() - killed) / 1e9, status.get("exception").replaceFirst("^[\\w.]+: ", "")));
        if (!c().ask("response " + id).get("document").contains("ProcessFailed")) {
            throw new IllegalStateException("C has no response for what ran on the dead node");
        }
        phase(c(), finished, "SUCCEEDED");
        if (!c().ask("response " + finished).get("document").contains("ProcessSucceeded")) {
            throw new IllegalStateException("C lost the response of a process that succeeded on the dead node");
        }
        c().ask("output " + finished + " result.bin").get("sha256");
        say("C", "still has the response and the output of A's first process");
        String next = c().ask("submit millis=500").get("id");
        phase(b(), next, "SUCCEEDED");
        say("B", "and C go on: process " + shortened(next) + " of C succeeded");
        prove("with A killed its process is FAILED with the reason, its finished ones are kept, and B and C go on");
    }

    private static Reply phase(NodeProcess node, String id, String wanted) {
        Predicate<Reply> isWanted = reply -> reply.get("phase").equals(wanted);
        String what = node.name() + " to say " + (wanted.isEmpty() ? "that it does not know " : wanted + " of ") + id;
        return Await.until(what, PATIENCE, () -> node.ask("status " + id), isWanted);
    }

    private static String bar(Reply status) {
        int tenths = Math.round(Float.parseFloat(status.get("progress")) / 10);
        return "[" + "#".repeat(tenths) + ".".repeat(10 - tenths) + "] " + status.get("phase");
    }

    private void tellWhereTheyAre(Path folder) {
        System.out.println();
        for (NodeProcess node : nodes) {
            if (node.isAlive()) {
                System.out.println(node.name() + " stays up: process " + node.pid() + ", answers commands on 127.0.0.1:"
                        + node.port() + ", log " + node.log());
            }
        }
        System.out.println("Commands, a line each: submit millis=5000, status ID, list, output ID result.bin, dismiss ID,"
                + " cluster, stop. Data directories: " + folder);
    }

    private NodeProcess a() {
        return nodes.get(0);
    }

    private NodeProcess b() {
        return nodes.get(1);
    }

    private NodeProcess c() {
        return nodes.get(2);
    }

    private NodeProcess last() {
        return nodes.get(nodes.size() - 1);
    }

    private static String shortened(String id) {
        return id.substring(0, 8);
    }

    private void say(String node, String what) {
        System.out.printf("%6.1f s  %s  %s%n", (System.nanoTime() - start) / 1e9, node, what);
    }

    private void prove(String what) {
        proved.add(what);
    }
}
