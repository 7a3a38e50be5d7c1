// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The link of one of three nodes is cut, silently, while all save, and comes back. In network namespaces, which only root
 * can make.
 */
final class LinkCut {
    private static final int FIRST_OF_MEMBER = 100_000;

    /** Saves that each node makes after it has noticed, before the link comes back. */
    private static final int SAVES_APART = 50;

    private final Bench bench;
    private final Samples noticed = new Samples();
    private final Samples longest = new Samples();
    private final Samples equal = new Samples();

    LinkCut(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException {
        if (Namespaces.arePossible()) {
            int repeats = bench.options().isQuick() ? 1 : 3;
            try (Namespaces lan = new Namespaces(3);
                    Members members = bench.members("native", "link", lan)) {
                for (int member = 0; member < 3; member++) {
                    members.add();
                }
                members.node(0).ask("load", "native", 0, 1_000, 1);
                for (int repeat = 0; repeat < repeats; repeat++) {
                    bench.say("the link of one of three nodes is cut, " + (repeat + 1) + " of " + repeats);
                    cut(lan, members, FIRST_OF_MEMBER * (1 + 3 * repeat));
                }
            }
        } else {
            bench.say("the link cut needs root and the program ip: not measured");
        }
        add("link cut: noticed by all", noticed, new Goal.AtMost(3));
        // the bound of the shim is 2 s; the rest is for the machine, which runs all three nodes
        add("link cut: longest save", longest, new Goal.AtMost(2.1));
        add("link back: all equal again", equal, new Goal.AtMost(2));
    }

    private void add(String name, Samples ours, Goal goal) {
        bench.report().add(name, "s", ours, null, new Samples(), goal);
    }

    private void cut(Namespaces lan, Members members, int first) throws IOException {
        for (int member = 0; member < 3; member++) {
            members.node(member).ask("writer", "native", first + FIRST_OF_MEMBER * member);
        }
        awaitSaves(members, SAVES_APART);
        members.node(0).tell("await-members", 2);
        members.node(1).tell("await-members", 2);
        members.node(2).tell("await-members", 1);
        long at = System.nanoTime();
        lan.cut(2);
        for (int member = 0; member < 3; member++) {
            noticed.add((members.node(member).answer()[0] - at) / Bench.SECOND);
        }
        awaitSaves(members, SAVES_APART);
        for (int member = 0; member < 3; member++) {
            longest.add(members.node(member).ask("stop-writer", "native")[0] / Bench.SECOND);
        }
        long back = System.nanoTime();
        lan.heal(2);
        members.awaitAll(3);
        awaitEqual(members);
        equal.add((System.nanoTime() - back) / Bench.SECOND);
    }

    private static void awaitSaves(Members members, int more) {
        for (int member = 0; member < 3; member++) {
            NodeProcess node = members.node(member);
            long now = node.ask("written", "native")[0];
            await("saves of node " + member, () -> node.ask("written", "native")[0] >= now + more);
        }
    }

    private static void awaitEqual(Members members) {
        await("equal maps", () -> {
            members.each(node -> node.tell("digest", "native"));
            List<long[]> digests = List.of(
                    members.node(0).answer(), members.node(1).answer(), members.node(2).answer());
            return digests.stream().allMatch(digest -> Arrays.equals(digest, digests.get(0)));
        });
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + (long) (60 * Bench.SECOND);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited in vain for " + what);
            }
        }
    }
}
