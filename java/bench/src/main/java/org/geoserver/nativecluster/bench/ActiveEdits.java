// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.geoserver.nativecluster.suite.Await;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.active.ActiveNodes;
import org.geoserver.nativecluster.suite.active.Change;
import org.geoserver.nativecluster.suite.active.Rest;

/**
 * From the end of a REST call on one node to its effect on the other; and what the call itself takes, beside a GeoServer
 * without the module. Node 0 is edited, node 1 is asked, node 2 is bare and makes the same edits in turn.
 */
final class ActiveEdits {
    private static final int ROUNDS = 30;
    private static final int QUICK_ROUNDS = 5;

    /**
     * Rounds whose times are thrown away, while the JVMs compile: there is more to compile on our node. After 20 the calls of
     * all rows still take a tenth longer than after 60, on either.
     */
    private static final int WARM_UP = 60;

    /** The nodes have done nothing for so long before a call is timed; they are waited for no longer than this. */
    private static final long IDLE_MILLIS = 30;

    private static final long MAX_WAIT_MILLIS = 1_000;

    private static final int BURST = 100;
    private static final int BURSTS = 5;

    /** Nobody has asked for a list of so many workspaces before. */
    private static final int WARM_UP_BURSTS = 2;

    /** Calls one right after another, in less time than a frozen peer is taken for lost. */
    private static final int ROW = 50;
    private static final Goal VISIBLE = new Goal.Within(20, 100);

    /** What JMS clustering took: least, middle and most; of those that are missing it was never there. */
    private static final Map<String, double[]> JMS = Map.ofEntries(
            Map.entry("workspace create", new double[] {27, 27, 46}),
            Map.entry("style create", new double[] {7, 14, 17}),
            Map.entry("style modify", new double[] {-30, 2, 5}),
            Map.entry("store create", new double[] {31, 34, 45}),
            Map.entry("layer publish", new double[] {35, 35, 162}),
            Map.entry("layer group", new double[] {16, 21, 34}),
            Map.entry("feature type title", new double[] {-1, 2, 15}),
            Map.entry("layer's style", new double[] {-103, -16, 4}),
            Map.entry("workspace rename", new double[] {-17, 8, 24}),
            Map.entry("workspace delete", new double[] {39, 41, 42}),
            Map.entry("contact", new double[] {15, 17, 21}),
            Map.entry("global", new double[] {3, 9, 16}));

    private final ActiveNodes nodes;
    private final Report report;
    private final int rounds;
    private final int warmUp;
    private final Map<Change, Samples> visible = new LinkedHashMap<>();
    private final Map<Change, Samples> ours = new LinkedHashMap<>();
    private final Map<Change, Samples> bare = new LinkedHashMap<>();

    ActiveEdits(ActiveNodes nodes, Report report, boolean quick) {
        this.nodes = nodes;
        this.report = report;
        this.rounds = quick ? QUICK_ROUNDS : ROUNDS;
        this.warmUp = quick ? QUICK_ROUNDS : WARM_UP;
    }

    void start() throws Exception {
        ActiveBench.say("two nodes with active clustering start, and one without it");
        nodes.start(node -> node.with(ActiveNodes.SECURITY, "true"), "A", "B");
        nodes.addBare("bare").start();
        nodes.node(2).awaitUp();
        for (Rest rest : List.of(nodes.rest(0), nodes.rest(2))) {
            Change.prepare(rest, nodes.data());
        }
        Await.until("what changes are made to", Await.SOON, () -> Change.isPrepared(nodes.rest(1)) ? null : "not there");
        ModuleLine.awaitNodes(2, nodes.node(0), nodes.node(1));
    }

    void run() throws Exception {
        List<Change> changes = Change.all(nodes.data());
        for (int round = -warmUp; round < rounds; round++) {
            ActiveBench.say(round < 0 ? "warming up" : "round " + (round + 1) + " of " + rounds);
            for (Change change : changes) {
                edit(change, round + warmUp, round >= 0);
            }
        }
        for (Change change : changes) {
            double[] peer = JMS.get(change.name());
            report.add(
                    "seen elsewhere: " + change.name(),
                    "ms",
                    visible.get(change),
                    ActiveBench.JMS + (peer == null ? " never" : ""),
                    peer == null ? new Samples() : Samples.of(peer),
                    VISIBLE);
        }
        for (Change change : changes) {
            report.add("REST call: " + change.name(), "ms", ours.get(change), ActiveBench.BARE, bare.get(change), null);
        }
        slowed(changes);
        inARow();
        bursts();
    }

    private void edit(Change change, int n, boolean counts) throws Exception {
        // each is first every other time, for what was before goes on for a while
        boolean bareFirst = n % 2 == 1;
        double without = bareFirst ? timed(change, 2, 2 * n, counts) : 0;
        double with = timed(change, 0, 2 * n, counts);
        Await.until(change.name(), Await.SOON, () -> change.seen().seen(nodes.rest(1), 2 * n) ? null : "not seen");
        without = bareFirst ? without : timed(change, 2, 2 * n, counts);
        double delay = watched(change, 2 * n + 1);
        // what an edit costs depends on how much there is
        change.edit().make(nodes.rest(2), 2 * n + 1);
        if (counts) {
            ours.computeIfAbsent(change, any -> new Samples()).add(with);
            bare.computeIfAbsent(change, any -> new Samples()).add(without);
            visible.computeIfAbsent(change, any -> new Samples()).add(delay);
        }
    }

    /**
     * What the call takes. No one looks meanwhile, nothing of what was before goes on, and the peer, which has processors of
     * its own in a cluster and shares them with the editor here, rests: what they do would be what is measured.
     */
    private double timed(Change change, int node, int n, boolean counts) throws Exception {
        if (counts) {
            awaitIdle();
        }
        return whilePeerRests(() -> change.edit().make(nodes.rest(node), n));
    }

    private void awaitIdle() throws InterruptedException {
        long deadline = System.nanoTime() + MAX_WAIT_MILLIS * 1_000_000;
        Duration before;
        do {
            before = processorTime();
            Thread.sleep(IDLE_MILLIS);
        } while (!processorTime().equals(before) && System.nanoTime() < deadline);
    }

    private Duration processorTime() {
        return nodes.node(0).processorTime().plus(nodes.node(1).processorTime()).plus(nodes.node(2).processorTime());
    }

    private double whilePeerRests(ActiveBench.Deed deed) throws Exception {
        nodes.node(1).freeze();
        try {
            return ActiveBench.millis(deed);
        } finally {
            nodes.node(1).thaw();
        }
    }

    /** From the end of the call to the first look that sees it; negative if it was seen before. */
    private double watched(Change change, int n) throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CompletableFuture<Long> seen = CompletableFuture.supplyAsync(() -> {
            try {
                long deadline = System.nanoTime() + Await.SOON.toNanos();
                while (System.nanoTime() < deadline) {
                    boolean there = change.seen().seen(nodes.rest(1), n);
                    if (there && looking.getCount() == 0) {
                        return System.nanoTime();
                    }
                    looking.countDown();
                }
                throw new IllegalStateException(change.name() + " is never seen on the other node");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        looking.await();
        change.edit().make(nodes.rest(0), n);
        long end = System.nanoTime();
        return (seen.get() - end) / Bench.MILLISECOND;
    }

    /** The sums of the rows' middle values: what a session of all edits takes. */
    private void slowed(List<Change> changes) {
        double with = changes.stream().mapToDouble(change -> ours.get(change).p50()).sum();
        double without = changes.stream().mapToDouble(change -> bare.get(change).p50()).sum();
        report.add(
                "REST calls of all rows",
                "ms",
                Samples.of(with),
                ActiveBench.BARE,
                Samples.of(without),
                new Goal.AtMostTimes(1.05));
        report.add("REST POST of a workspace", "ms", ours.get(changes.get(0)), ActiveBench.JMS, Samples.of(35, 43, 52), null);
    }

    /** Calls one right after another: what follows from one goes on while the next is made. */
    private void inARow() throws Exception {
        ActiveBench.say("calls in a row");
        Samples with = new Samples();
        Samples without = new Samples();
        for (int turn = 0; turn < 6; turn++) {
            boolean isBare = turn % 4 == 1 || turn % 4 == 2;
            Rest rest = nodes.rest(isBare ? 2 : 0);
            String prefix = "row" + turn + "x";
            awaitIdle();
            double all = whilePeerRests(() -> {
                for (int i = 0; i < ROW; i++) {
                    rest.workspace(prefix + i);
                }
            });
            (isBare ? without : with).add(all / ROW);
            for (int i = 0; i < ROW; i++) {
                rest.deleteWorkspace(prefix + i);
            }
        }
        report.add("REST calls in a row, each", "ms", with, ActiveBench.BARE, without, null);
    }

    /** Each begins when nothing of the one before goes on any more. */
    private void bursts() throws Exception {
        ActiveBench.say("bursts of " + BURST + " workspaces");
        Samples after = new Samples();
        for (int burst = -WARM_UP_BURSTS; burst < BURSTS; burst++) {
            String prefix = "burst" + (burst + WARM_UP_BURSTS) + "x";
            awaitIdle();
            for (int i = 0; i < BURST; i++) {
                nodes.rest(0).workspace(prefix + i);
            }
            long end = System.nanoTime();
            awaitElsewhere(prefix, BURST);
            double delay = (System.nanoTime() - end) / Bench.MILLISECOND;
            if (burst >= 0) {
                after.add(delay);
            }
            for (int i = 0; i < BURST; i++) {
                nodes.rest(0).deleteWorkspace(prefix + i);
            }
            awaitElsewhere(prefix, 0);
        }
        report.add("100 workspaces, after the last", "ms", after, ActiveBench.JMS, Samples.of(240), new Goal.AtMost(100));
    }

    /** Until the other node has so many workspaces whose names begin so. */
    private void awaitElsewhere(String prefix, int count) throws Exception {
        long deadline = System.nanoTime() + Await.SOON.toNanos();
        while (nodes.rest(1).names("workspaces", "name").stream().filter(name -> name.startsWith(prefix)).count() != count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The other node has not the " + count + " workspaces of a burst");
            }
        }
    }
}
