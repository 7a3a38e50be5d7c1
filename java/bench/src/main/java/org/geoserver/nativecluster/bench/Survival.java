// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geoserver.nativecluster.bench.node.Statuses;

/** What is left of 10,000 statuses when nodes are lost, and how soon a node has them that comes late. */
final class Survival {
    /** Statuses that are saved while the end of all nodes nears. */
    private static final int FIRST_LATE = 50_000;

    private static final int BATCH = 20;
    private static final long WRITING = TimeUnit.SECONDS.toNanos(3);

    /** What is older must be on disk when all nodes are killed. */
    private static final long DURABLE_AFTER = TimeUnit.SECONDS.toNanos(1);

    private final Bench bench;
    private final Contestant ours;
    private final List<Contestant> peers;
    private final Members theirs;

    /** All peers have the same members. */
    Survival(Bench bench, Contestant ours, List<Contestant> peers, Members theirs) {
        this.bench = bench;
        this.ours = ours;
        this.peers = peers;
        this.theirs = theirs;
    }

    /** A third node joins ours and the peers'; what it took until it had given out all statuses. */
    void joinLate() throws IOException {
        Samples late = new Samples();
        int repeats = bench.options().isQuick() ? 1 : 3;
        for (int repeat = 0; repeat < repeats; repeat++) {
            bench.say("a third node of ours, " + (repeat + 1) + " of " + repeats);
            if (repeat > 0) {
                ours.members().remove();
            }
            late.add(joinLate(ours));
        }
        bench.say("a third node of the peer");
        Samples peer = new Samples();
        peer.add(joinLate(peers.get(0)));
        Goal goal = new Goal.AtMost(1);
        bench.report().add("late node has read 10,000", "s", late, peers.get(0).title(), peer, goal);
        peers.forEach(store -> theirs.each(node -> node.ask("read-all", store.store())));
    }

    private static double joinLate(Contestant one) throws IOException {
        Members members = one.members();
        NodeProcess node = members.open();
        long began = node.ask("start")[0];
        double seconds = (node.ask("read-all", one.store())[0] - began) / Bench.SECOND;
        members.awaitAll(members.size());
        return seconds;
    }

    void run() throws IOException {
        bench.say("two of three nodes are killed");
        kill(ours.members());
        kill(theirs);
        report("lost, two of three nodes killed", lost(ours.members().node(2), ours), 2);
        bench.say("all nodes are stopped and started");
        long lost = lostByRestart();
        restartPeer();
        report("lost, all nodes stopped and started", lost, 0);
        bench.say("all nodes are killed and started");
        Samples crashed = new Samples();
        crashed.add(lostByCrash());
        bench.report()
                .add("lost of what was older than 1 s, all killed", "", crashed, null, new Samples(), new Goal.AtMost(0));
    }

    /** What was lost of ours, and what the peer's member misses. */
    private void report(String name, long lost, int member) {
        Samples own = new Samples();
        own.add(lost);
        for (Contestant peer : peers) {
            Samples missed = new Samples();
            missed.add(lost(theirs.node(member), peer));
            bench.report().add(name, "", own, peer.title(), missed, new Goal.AtMost(0));
        }
    }

    private static void kill(Members members) {
        List<NodeProcess> victims = List.of(members.node(0), members.node(1));
        victims.forEach(NodeProcess::kill);
        victims.forEach(NodeProcess::join);
    }

    private static long lost(NodeProcess node, Contestant one) {
        return lost(node, one.store(), 0, Statuses.COUNT);
    }

    private static long lost(NodeProcess node, String store, int from, int to) {
        return to - from - node.ask("count", store, from, to)[0];
    }

    /** The two that were killed come back first. */
    private long lostByRestart() throws IOException {
        Members members = ours.members();
        for (int member = 0; member < 2; member++) {
            members.open(member).ask("start");
        }
        members.awaitAll(members.size());
        members.each(node -> node.ask("read-all", ours.store()));
        members.each(NodeProcess::leave);
        members.each(NodeProcess::join);
        members.restart();
        return mostLost(0, Statuses.COUNT);
    }

    private long mostLost(int from, int to) {
        List<Long> lost = new ArrayList<>();
        ours.members().each(node -> lost.add(lost(node, ours.store(), from, to)));
        return lost.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    /** The last one stops, and one is started again: it has nothing, or all that the peer keeps. */
    private void restartPeer() throws IOException {
        theirs.node(2).leave();
        theirs.node(2).join();
        theirs.open(0).ask("start");
    }

    private long lostByCrash() throws IOException {
        Members members = ours.members();
        List<long[]> saved = new ArrayList<>();
        long began = System.nanoTime();
        for (int number = FIRST_LATE; System.nanoTime() - began < WRITING; number += BATCH) {
            members.node(0).ask("load", ours.store(), number, number + BATCH, 1);
            saved.add(new long[] {number + BATCH, System.nanoTime()});
        }
        long end = System.nanoTime();
        members.each(NodeProcess::kill);
        members.each(NodeProcess::join);
        members.restart();
        int durable = (int) saved.stream()
                .filter(batch -> batch[1] < end - DURABLE_AFTER)
                .mapToLong(batch -> batch[0])
                .max()
                .orElse(FIRST_LATE);
        return mostLost(0, Statuses.COUNT) + mostLost(FIRST_LATE, durable);
    }
}
