// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.Extension;
import org.geoserver.nativecluster.suite.Folders;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Setup;
import org.geoserver.nativecluster.suite.Webapp;

/**
 * What {@code ./dev run --active} shows: three real GeoServers with data directories of their own share catalog,
 * configuration, files and tiles, one is down for a while, and all are equal in the end. Each step ends the demonstration
 * if it does not come true.
 */
public final class ActiveDemo {
    private static final Duration EQUAL = Duration.ofMinutes(2);
    private static final String LAYER = "demo:points";

    private final ActiveNodes nodes;
    private final List<String> proved = new ArrayList<>();
    private final long start = System.nanoTime();

    private ActiveDemo(ActiveNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Exit status 0: all of it came true.
     *
     * @param arguments web application, zip, folder of class path files, and {@code --keep} to leave the nodes up at the end
     */
    public static void main(String[] arguments) throws Exception {
        boolean keep = Arrays.asList(arguments).contains("--keep");
        Path folder = Files.createTempDirectory("gs-native-cluster-active");
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        Setup setup = Setup.of(new Webapp(Path.of(arguments[0])), Path.of(arguments[2]), java, List.of());
        ActiveDemo demo;
        try (ActiveNodes nodes = ActiveNodes.separate(setup, new Extension(Path.of(arguments[1])), folder)) {
            demo = new ActiveDemo(nodes);
            demo.form();
            demo.publish();
            demo.changeFiles();
            demo.missNothing();
            demo.proveEqual();
            if (keep) {
                demo.wait(folder);
            }
        } catch (AssertionError | Exception e) {
            System.out.println("FAILED. The nodes' files are in " + folder);
            throw e;
        }
        Folders.delete(folder);
        System.out.println("PROVED: " + String.join("; ", demo.proved) + ".");
    }

    private void form() throws IOException, InterruptedException {
        say(" ", "Three GeoServers with data directories of their own start");
        nodes.start(node -> node.with(ActiveNodes.SECURITY, "true"), "A", "B", "C");
        say(" ", ModuleLine.of(nodes.node(0)).message());
        proved.add("three GeoServers found each other");
    }

    private void publish() throws Exception {
        Rest a = nodes.rest(0);
        a.workspace("demo");
        a.dataStore("demo", "store", nodes.data());
        a.style(null, "demo", Data.sldWithGraphic("demo.svg", "image/svg+xml"));
        a.resource("styles/demo.svg", "image/svg+xml", bytes(Data.svg("#cc0000")));
        a.layer("demo", "store", "points");
        a.layerStyle("demo", "points", "demo");
        long made = System.nanoTime();
        say("A", "has a new workspace, store, style with its graphic, and layer");
        everywhere(made, "the layer with its style", rest -> rest.says("rest/layers/" + LAYER + ".xml", "<name>demo<"));
        sameMap();
        proved.add("a layer of A is on the maps of B and C");
        nodes.rest(1).serviceTitle(null, "wms", "Edited on B");
        made = System.nanoTime();
        say("B", "gives the WMS another title");
        everywhere(made, "the title", rest -> rest.says("rest/services/wms/settings.xml", "Edited on B"));
        proved.add("any node may write");
    }

    private void changeFiles() throws Exception {
        nodes.rest(2).resource("workspaces/demo/content.ftl", "text/plain", bytes("<#list features as f>Hello ${f.name.value}</#list>"));
        long made = System.nanoTime();
        say("C", "gets a Freemarker template");
        everywhere(made, "the template", rest -> rest.featureInfo(LAYER).contains("Hello origin"));
        byte[] before = nodes.rest(0).map(LAYER);
        Files.writeString(nodes.node(1).data().resolve("styles/demo.svg"), Data.svg("#0000cc"));
        made = System.nanoTime();
        say("B", "has the graphic changed by hand, on its disk");
        everywhere(made, "the new graphic on its map", rest -> !Arrays.equals(before, rest.map(LAYER)));
        sameMap();
        proved.add("files are shared, edited through GeoServer or by hand");
    }

    private void missNothing() throws Exception {
        nodes.node(2).stop();
        say("C", "is stopped");
        for (int i = 0; i < 20; i++) {
            nodes.rest(0).workspace("meanwhile" + i);
        }
        nodes.rest(1).featureTypeTitle("demo", "store", "points", "changed while C was down");
        say("A", "makes 20 workspaces, and B changes the layer's title");
        nodes.node(2).start();
        nodes.node(2).awaitUp();
        long up = System.nanoTime();
        say("C", "is up again");
        everywhere(up, "all of it", rest -> rest.has("rest/workspaces/meanwhile19.xml")
                && rest.says("rest/workspaces/demo/datastores/store/featuretypes/points.xml", "changed while C was down"));
        nodes.rest(2).post("reload", "");
        say("C", "is reloaded, which changes nothing elsewhere");
        proved.add("a node that was down catches up");
    }

    private void proveEqual() {
        Contents contents = Contents.awaitEqual(EQUAL, nodes.running());
        say(" ", contents.documents().size() + " documents of REST are equal on all nodes");
        proved.add("all nodes say the same, document by document");
    }

    /** What is to be seen on a node. */
    @FunctionalInterface
    private interface Look {
        boolean seen(Rest rest) throws Exception;
    }

    private void everywhere(long since, String what, Look look) {
        StringBuilder times = new StringBuilder();
        for (Node node : nodes.running()) {
            Rest rest = new Rest(node);
            Await.until(what + " on " + node, Await.SOON, () -> look.seen(rest) ? null : "it is not there");
            times.append(String.format(" %s %.0f ms", node.name(), (System.nanoTime() - since) / 1e6));
        }
        say(" ", "all have " + what + ", looked at one after the other:" + times);
    }

    private void sameMap() throws Exception {
        byte[] map = nodes.rest(0).map(LAYER);
        for (int i = 1; i < nodes.nodes().size(); i++) {
            Rest rest = nodes.rest(i);
            Await.until("the same map on " + rest, Await.SOON, () -> Arrays.equals(map, rest.map(LAYER)) ? null : "another");
        }
        say(" ", "the map of " + LAYER + " is the same image on all");
    }

    private void wait(Path folder) throws IOException {
        System.out.println();
        for (Node node : nodes.running()) {
            System.out.println("Node " + node.name() + " stays up: " + node.address() + " (admin, geoserver), log "
                    + node.log().file());
        }
        System.out.println("Data directories are in " + folder + ". Press Enter to end.");
        if (System.in.read() < 0) {
            System.out.println("There is no one to press it.");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void say(String node, String what) {
        System.out.printf("%6.1f s  %s  %s%n", (System.nanoTime() - start) / 1e9, node, what);
    }
}
