// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.geoserver.nativecluster.suite.Wps.Phase;

/**
 * What {@code ./dev run --geoserver DIR} shows: three real GeoServers with the finished zip find each other, answer for each
 * other's processes, and go on when one is killed. Each step ends the demonstration if it does not come true.
 */
public final class Demo {
    private static final String BUFFER = "JTS:buffer";

    /** With this many segments in a quarter of a circle its well-known text has some 8 MB. */
    private static final int SEGMENTS = 50_000;

    private final List<Node> nodes = new ArrayList<>();
    private final List<String> proved = new ArrayList<>();
    private final SlowInputs inputs = new SlowInputs();
    private final long start = System.nanoTime();

    private Demo() throws IOException {}

    /**
     * Exit status 0: all of it came true.
     *
     * @param arguments web application, zip, folder of class path files, and {@code --keep} to leave the nodes up at the end
     */
    public static void main(String[] arguments) throws Exception {
        boolean keep = Arrays.asList(arguments).contains("--keep");
        Path folder = Files.createTempDirectory("gs-native-cluster-geoserver");
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        Setup setup = Setup.of(new Webapp(Path.of(arguments[0])), Path.of(arguments[2]), java, List.of());
        Demo demo = new Demo();
        try {
            demo.startNodes(setup, new Extension(Path.of(arguments[1])), folder);
            String finished = demo.answersForOthers();
            demo.dismissesElsewhere();
            demo.survivesAKill(finished);
            if (keep) {
                demo.wait(folder);
            }
        } catch (AssertionError | Exception e) {
            System.out.println("FAILED. The nodes' files are in " + folder);
            throw e;
        } finally {
            demo.nodes.forEach(Node::close);
            demo.inputs.close();
        }
        Folders.delete(folder);
        System.out.println("PROVED: " + String.join("; ", demo.proved) + ".");
    }

    private void startNodes(Setup setup, Extension extension, Path folder) throws IOException, InterruptedException {
        Network network = Network.random();
        for (String name : List.of("A", "B", "C")) {
            Node node = new Node(name, folder.resolve(name), setup);
            extension.install(node.webapp());
            node.configure(network.multicastXml());
            node.start();
            nodes.add(node);
            say(name, "starts: a GeoServer with a data directory of its own, and the zip in WEB-INF/lib");
        }
        for (Node node : nodes) {
            node.awaitReady();
            say(node.name(), "is up: " + node.address());
        }
        ModuleLine.awaitNodes(3, nodes.toArray(Node[]::new));
        say(" ", ModuleLine.of(a()).message());
        proved.add("three GeoServers found each other by multicast");
    }

    /** Returns the execution id of a process of A that succeeded. */
    private String answersForOthers() throws IOException, InterruptedException {
        SlowInputs.Input first = inputs.next();
        SlowInputs.Input second = inputs.next();
        String id = wps(a()).submit(Execute.asynchronous("JTS:symDifference")
                .geometryFrom("a", first.url())
                .geometryFrom("b", second.url()));
        say("A", "runs process " + shortened(id) + ", whose inputs come slowly");
        wps(b()).await(id, Phase.STARTED);
        say("B", "says of it: started, " + Wps.percent(wps(b()).status(id)) + " %");
        first.finish();
        int percent = Await.value("progress on B", Await.SOON, () -> {
            int now = Wps.percent(wps(b()).status(id));
            return now > 0 ? now : null;
        });
        say("B", "says of it: started, " + percent + " %");
        second.finish();
        wps(b()).await(id, Phase.SUCCEEDED);
        say("B", "says of it: succeeded");
        proved.add("B answers for a process of A, with progress");

        String large = wps(a()).submit(Execute.asynchronous(BUFFER)
                .geometry("geom", "POINT (1 2)")
                .literal("distance", 3)
                .literal("quadrantSegments", SEGMENTS)
                .asReference());
        Answer response = wps(c()).await(large, Phase.SUCCEEDED);
        byte[] here = wps(c()).result(response).expectGood().body();
        if (!Arrays.equals(here, wps(a()).result(response).expectGood().body())) {
            throw new AssertionError("The output on C differs from that on A");
        }
        say("C", "gives out an output of A, " + here.length / 1_000_000 + " MB, byte by byte as A does");
        proved.add("C gives out A's output without a shared file system");
        return large;
    }

    private void dismissesElsewhere() throws IOException, InterruptedException {
        SlowInputs.Input endless = inputs.next();
        String id = wps(a()).submit(slow(endless));
        wps(b()).await(id, Phase.STARTED);
        endless.awaitAsked();
        say("A", "runs process " + shortened(id) + ", which would never end");
        wps(c()).dismiss(id).expectGood();
        endless.awaitDropped();
        for (Node node : nodes) {
            wps(node).await(id, Phase.UNKNOWN);
        }
        say("C", "dismissed it: A ended it, and no node knows it any more");
        proved.add("C dismisses a process that runs on A");
    }

    private void survivesAKill(String finished) throws IOException, InterruptedException {
        String id = wps(a()).submit(slow(inputs.next()));
        wps(b()).await(id, Phase.STARTED);
        say("A", "runs process " + shortened(id) + ", and is killed");
        a().kill();
        Answer failed = wps(b()).await(id, Phase.FAILED);
        say("B", "says of it: failed. " + failed.xml().text("ExceptionText"));
        Answer response = wps(c()).await(finished, Phase.SUCCEEDED);
        wps(c()).result(response).expectGood();
        say("C", "still has the response and the output of A's earlier process");
        String next = wps(c()).submit(Execute.asynchronous(BUFFER).geometry("geom", "POINT (1 2)").literal("distance", 3));
        wps(b()).await(next, Phase.SUCCEEDED);
        say("B", "and C go on: process " + shortened(next) + " of C succeeded");
        proved.add("with A killed its process has failed with the reason, its finished ones are kept, and B and C go on");
    }

    private void wait(Path folder) throws IOException {
        System.out.println();
        for (Node node : nodes) {
            if (node.isRunning()) {
                System.out.println("Node " + node.name() + " stays up: " + node.address() + " (admin, geoserver), log "
                        + node.log().file());
            }
        }
        System.out.println("Data directories are in " + folder + ". Press Enter to end.");
        if (System.in.read() < 0) {
            System.out.println("There is no one to press it.");
        }
    }

    private static Execute slow(SlowInputs.Input input) {
        return Execute.asynchronous(BUFFER).geometryFrom("geom", input.url()).literal("distance", 3);
    }

    private static Wps wps(Node node) {
        return new Wps(node);
    }

    private Node a() {
        return nodes.get(0);
    }

    private Node b() {
        return nodes.get(1);
    }

    private Node c() {
        return nodes.get(2);
    }

    private static String shortened(String id) {
        return id.substring(0, 8);
    }

    private void say(String node, String what) {
        System.out.printf("%6.1f s  %s  %s%n", (System.nanoTime() - start) / 1e9, node, what);
    }
}
