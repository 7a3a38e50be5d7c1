// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.active.ActiveNodes;
import org.geoserver.nativecluster.suite.active.Change;
import org.geoserver.nativecluster.suite.active.Rest;

/** The start of a node with many layers, of which none was changed since it stopped. */
final class ActiveStart {
    /** For a first join, in which all layers travel. */
    private static final Duration JOIN = Duration.ofMinutes(15);

    private static final int STARTS = 3;
    private static final Pattern SENT = Pattern.compile("\"sentBytes\": *([0-9]+)");

    private final ActiveNodes nodes;
    private final Report report;
    private final int layers;

    ActiveStart(ActiveNodes nodes, Report report, int layers) {
        this.nodes = nodes;
        this.report = report;
        this.layers = layers;
    }

    void run() throws Exception {
        ActiveBench.say("a catalog of " + layers + " layers is written");
        Node first = nodes.add("A");
        Node second = nodes.add("B");
        first.start();
        first.awaitUp();
        Change.prepare(nodes.rest(0), nodes.data());
        first.stop();
        multiply(first.data().resolve("workspaces/" + Change.WORKSPACE + "/points/points"));
        ActiveBench.say("it is published to a second node");
        first.start();
        first.awaitUp();
        second.start();
        second.awaitUp();
        ModuleLine.awaitNodes(2, first, second);
        Await.until("all layers on both", JOIN, () -> {
            long there = nodes.rest(1).names("layers", "name").stream().filter(name -> name.contains("copy")).count();
            return there == layers ? null : there + " of " + layers;
        });
        Samples with = new Samples();
        Samples without = new Samples();
        Samples sent = new Samples();
        for (int i = 0; i < STARTS; i++) {
            ActiveBench.say("start " + (i + 1) + " of " + STARTS + ", with and without active clustering");
            double before = megabytesSent(1);
            with.add(seconds(first.with(ActiveNodes.ACTIVE, "true")));
            ModuleLine.awaitNodes(2, first, second);
            sent.add(megabytesSent(0) + megabytesSent(1) - before);
            without.add(seconds(first.with(ActiveNodes.ACTIVE, "false")));
        }
        report.add(layers + " unchanged layers: start", "s", with, ActiveBench.BARE, without, new Goal.AtMostMore(3));
        report.add(layers + " unchanged layers: sent", "MB", sent, null, new Samples(), new Goal.AtMost(1));
    }

    /** What a node has sent to others since it started. */
    private double megabytesSent(int node) throws Exception {
        Matcher sent = SENT.matcher(nodes.rest(node).cluster("status").text());
        if (!sent.find()) {
            throw new IllegalStateException("/rest/cluster/status does not say what was sent");
        }
        return Long.parseLong(sent.group(1)) / Bench.MEGABYTE;
    }

    private double seconds(Node node) throws Exception {
        node.stop();
        long start = System.nanoTime();
        node.start();
        node.awaitUp();
        Rest rest = nodes.rest(0);
        Await.until("the last layer", JOIN, () -> rest.has("rest/layers/" + Change.WORKSPACE + ":copy" + (layers - 1) + ".xml")
                ? null
                : "not there");
        return (System.nanoTime() - start) / Bench.SECOND;
    }

    /** Copies a layer on disk, under other names and ids. */
    private void multiply(Path layer) throws IOException {
        String type = Files.readString(layer.resolve("featuretype.xml"));
        String published = Files.readString(layer.resolve("layer.xml"));
        for (int i = 0; i < layers; i++) {
            Path copy = Files.createDirectories(layer.resolveSibling("copy" + i));
            Files.writeString(copy.resolve("featuretype.xml"), renamed(type, i).replaceFirst("<name>points</name>", "<name>copy" + i + "</name>"));
            Files.writeString(copy.resolve("layer.xml"), renamed(published, i).replaceFirst("<name>points</name>", "<name>copy" + i + "</name>"));
        }
    }

    private static String renamed(String xml, int number) {
        return xml.replaceAll("(<id>(?:FeatureType|Layer)Info[^<]*)(</id>)", "$1:" + number + "$2");
    }
}
