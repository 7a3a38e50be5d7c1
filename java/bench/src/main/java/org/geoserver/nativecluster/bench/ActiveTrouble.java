// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.active.ActiveNodes;
import org.geoserver.nativecluster.suite.active.Change;
import org.geoserver.nativecluster.suite.active.Data;
import org.geoserver.nativecluster.suite.active.Rest;

/** Maps while the other node is edited, edits while the other node is frozen or dead, and its return. */
final class ActiveTrouble {
    private static final int EDITS = 40;
    private static final int MADE_MEANWHILE = 20;

    /** Of 278 maps 33 failed. */
    private static final double HAZELCAST_FAILURES = 33 * 100.0 / 278;

    private final ActiveNodes nodes;
    private final Report report;
    private final int edits;

    ActiveTrouble(ActiveNodes nodes, Report report, boolean quick) {
        this.nodes = nodes;
        this.report = report;
        this.edits = quick ? EDITS / 4 : EDITS;
    }

    void run() throws Exception {
        maps();
        Node peer = nodes.node(1);
        ActiveBench.say("the peer is frozen");
        peer.freeze();
        try {
            alone("peer frozen: REST POST of a workspace", "frozen");
        } finally {
            peer.thaw();
        }
        ModuleLine.awaitNodes(2, nodes.node(0), peer);
        ActiveBench.say("the peer is killed");
        peer.kill();
        alone("peer dead: REST POST of a workspace", "dead");
        back(peer);
    }

    private void maps() throws Exception {
        ActiveBench.say("maps are drawn on one node while the other is edited");
        Rest editor = nodes.rest(0);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger drawn = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        CompletableFuture<Void> client = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                try {
                    nodes.rest(1).map(Change.WORKSPACE + ":points");
                } catch (AssertionError | Exception e) {
                    failed.incrementAndGet();
                }
                drawn.incrementAndGet();
            }
        });
        try {
            for (int i = 0; i < edits; i++) {
                editor.changeStyle(null, "change-0", Data.sld(i % 2 == 0 ? "#ff0000" : "#00ff00"));
                editor.featureTypeTitle(Change.WORKSPACE, "points", "points", "maps " + i);
                editor.serviceTitle(null, "wms", "maps " + i);
                editor.layerStyle(Change.WORKSPACE, "points", i % 2 == 0 ? "change-0" : "change-1");
            }
        } finally {
            over.set(true);
            client.join();
        }
        report.add(
                "maps that fail while a peer is edited",
                "%",
                Samples.of(failed.get() * 100.0 / drawn.get()),
                ActiveBench.HAZELCAST,
                Samples.of(HAZELCAST_FAILURES),
                new Goal.AtMost(0));
    }

    /** Edits of a node whose peer does not answer, in turn with those of a GeoServer that never had one. */
    private void alone(String row, String prefix) throws Exception {
        Samples ours = new Samples();
        Samples bare = new Samples();
        for (int i = 0; i < edits; i++) {
            String name = prefix + i;
            ours.add(ActiveBench.millis(() -> nodes.rest(0).workspace(name)));
            bare.add(ActiveBench.millis(() -> nodes.rest(2).workspace(name)));
        }
        report.add(row, "ms", ours, ActiveBench.BARE, bare, new Goal.AtMostTimes(1.05));
        report.add(row + ", broker down", "ms", ours, ActiveBench.JMS, Samples.of(20_000), null);
    }

    private void back(Node peer) throws Exception {
        ActiveBench.say("the peer comes back");
        for (int i = 0; i < MADE_MEANWHILE; i++) {
            nodes.rest(0).workspace("meanwhile" + i);
        }
        peer.start();
        peer.awaitUp();
        long answers = System.nanoTime();
        Await.until("what was made meanwhile", Await.SOON, () -> nodes.rest(1).has(
                        "rest/workspaces/meanwhile" + (MADE_MEANWHILE - 1) + ".xml")
                ? null
                : "not there");
        double caughtUp = (System.nanoTime() - answers) / Bench.MILLISECOND;
        report.add("back, from its first answer to all", "ms", Samples.of(caughtUp), ActiveBench.JMS, Samples.of(100), new Goal.AtMost(100));
    }
}
