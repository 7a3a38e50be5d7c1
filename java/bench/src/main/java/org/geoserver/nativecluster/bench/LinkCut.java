// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The link of one of three nodes is cut, silently, while all save, and comes back. In network namespaces, which only root
 * can make.
 */
final class LinkCut {
    private static final int NODES = 3;
    private static final int CUT_OFF = 2;
    private static final int LOADED = 1_000;
    private static final int FIRST_OF_NODE = 100_000;

    /** Saves that each node makes before the cut, and after all have noticed it. */
    private static final int SAVES = 50;

    /** Longest wait for a node to make them, and for all to be equal again; the peer may need longer. */
    private static final double PATIENCE_SECONDS = 60;

    /** Between two looks at the nodes, which have other things to do. */
    private static final long LOOK_NANOS = (long) (5 * Bench.MILLISECOND);

    private final Bench bench;

    /** What was measured of ours or of the peer. */
    private static final class Measured {
        final Samples noticed = new Samples();
        final Samples longest = new Samples();
        final Samples failed = new Samples();
        final Samples equal = new Samples();
    }

    LinkCut(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException {
        Measured ours = new Measured();
        Measured peer = new Measured();
        boolean quick = bench.options().isQuick();
        if (Namespaces.arePossible()) {
            try (Namespaces lan = new Namespaces(NODES)) {
                measure(lan, "native", "native", quick ? 1 : 3, ours);
                if (!quick) {
                    measure(lan, "hazelcast", "imap", 1, peer);
                }
            }
        } else {
            bench.say("the link cut needs root and the program ip: not measured");
        }
        String peerName = peer.noticed.isEmpty() ? null : Report.IMAP;
        Report report = bench.report();
        report.add("link cut: noticed by all", "s", ours.noticed, peerName, peer.noticed, new Goal.AtMost(3));
        // the bound of the shim is 2 s; the rest is for the machine, which runs all nodes
        report.add("link cut: longest save", "s", ours.longest, peerName, peer.longest, new Goal.AtMost(2.1));
        report.add("link cut: saves that failed", "", ours.failed, peerName, peer.failed, new Goal.AtMost(0));
        report.add("link back: all equal (60 s: not by then)", "s", ours.equal, peerName, peer.equal, new Goal.AtMost(2));
    }

    private void measure(Namespaces lan, String kind, String store, int repeats, Measured measured) throws IOException {
        try (Members members = bench.members(kind, "link", lan)) {
            for (int node = 0; node < NODES; node++) {
                members.add();
            }
            members.node(0).ask("load", store, 0, LOADED, 1);
            for (int repeat = 0; repeat < repeats; repeat++) {
                bench.say(kind + ": the link of one of three nodes is cut, " + (repeat + 1) + " of " + repeats);
                cut(lan, members, store, FIRST_OF_NODE * (1 + NODES * repeat), measured);
            }
        }
    }

    private static void cut(Namespaces lan, Members members, String store, int first, Measured measured)
            throws IOException {
        for (int node = 0; node < NODES; node++) {
            members.node(node).ask("writer", store, first + FIRST_OF_NODE * node);
        }
        awaitSaves(members, store);
        for (int node = 0; node < NODES; node++) {
            members.node(node).tell("await-members", node == CUT_OFF ? 1 : NODES - 1);
        }
        long at = System.nanoTime();
        lan.cut(CUT_OFF);
        for (int node = 0; node < NODES; node++) {
            measured.noticed.add((members.node(node).answer()[0] - at) / Bench.SECOND);
        }
        awaitSaves(members, store);
        members.each(node -> node.tell("stop-writer", store));
        members.each(node -> {
            long[] longestAndFailed = node.answer();
            measured.longest.add(longestAndFailed[0] / Bench.SECOND);
            measured.failed.add(longestAndFailed[1]);
        });
        long back = System.nanoTime();
        lan.heal(CUT_OFF);
        boolean equal = await(() -> areEqual(members, store));
        measured.equal.add(equal ? (System.nanoTime() - back) / Bench.SECOND : PATIENCE_SECONDS);
    }

    private static void awaitSaves(Members members, String store) {
        members.each(node -> {
            long now = node.ask("written", store)[0];
            if (!await(() -> node.ask("written", store)[0] >= now + SAVES)) {
                throw new IllegalStateException("a node cannot save");
            }
        });
    }

    private static boolean areEqual(Members members, String store) {
        members.each(node -> node.tell("members"));
        boolean complete = true;
        for (int node = 0; node < NODES; node++) {
            complete &= members.node(node).answer()[0] == NODES;
        }
        if (!complete) {
            return false;
        }
        members.each(node -> node.tell("digest", store));
        List<long[]> digests = List.of(
                members.node(0).answer(), members.node(1).answer(), members.node(2).answer());
        return digests.stream().allMatch(digest -> Arrays.equals(digest, digests.get(0)));
    }

    private static boolean await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + (long) (PATIENCE_SECONDS * Bench.SECOND);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}
