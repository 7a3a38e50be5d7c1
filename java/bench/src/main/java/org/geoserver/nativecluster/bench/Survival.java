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

    Survival(Bench bench, Contestant ours, List<Contestant> peers) {
        this.bench = bench;
        this.ours = ours;
        this.peers = peers;
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
        for (Contestant peer : peers) {
            Samples theirs = new Samples();
            if (peer.title().equals(Report.IMAP)) {
                bench.say("a third node of the peer");
                theirs.add(joinLate(peer));
                Goal goal = new Goal.AtMost(1);
                bench.report().add("late node has read 10,000", "s", late, peer.title(), theirs, goal);
            }
        }
        peers.forEach(peer -> peer.members().each(node -> node.ask("read-all", peer.store())));
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
        Samples killed = new Samples();
        killed.add(lostByKill(ours));
        for (Contestant peer : peers) {
            Samples theirs = new Samples();
            theirs.add(lostByKill(peer));
            add("lost, two of three nodes killed", killed, peer, theirs);
        }
        bench.say("all nodes are stopped and started");
        Samples stopped = new Samples();
        stopped.add(lostByRestart());
        for (Contestant peer : peers) {
            Samples theirs = new Samples();
            theirs.add(lostByRestart(peer));
            add("lost, all nodes stopped and started", stopped, peer, theirs);
        }
        bench.say("all nodes are killed and started");
        Samples crashed = new Samples();
        crashed.add(lostByCrash());
        bench.report()
                .add("lost of what was older than 1 s, all killed", "", crashed, null, new Samples(), new Goal.AtMost(0));
    }

    private void add(String name, Samples lost, Contestant peer, Samples theirs) {
        bench.report().add(name, "", lost, peer.title(), theirs, new Goal.AtMost(0));
    }

    private static long lost(NodeProcess node, String store, int from, int to) {
        return to - from - node.ask("count", store, from, to)[0];
    }

    private static long lostByKill(Contestant one) {
        Members members = one.members();
        List<NodeProcess> victims = List.of(members.node(0), members.node(1));
        victims.forEach(NodeProcess::kill);
        victims.forEach(NodeProcess::join);
        return lost(members.node(2), one.store(), 0, Statuses.COUNT);
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

    /** One node is started again: it has nothing, or all that the peer keeps. */
    private static long lostByRestart(Contestant peer) throws IOException {
        NodeProcess last = peer.members().node(2);
        last.leave();
        last.join();
        NodeProcess first = peer.members().open(0);
        first.ask("start");
        return lost(first, peer.store(), 0, Statuses.COUNT);
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
