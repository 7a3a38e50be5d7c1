// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How fast members find each other by multicast, and what that adds to the JVM. */
final class Starts {

    /** The whole heap is resident from the start: how far the collector has let it grow must not count. */
    private static final String[] TOUCHED_HEAP = {"-Xms512m", "-XX:+AlwaysPreTouch"};

    private final Bench bench;

    /** What was measured of ours or of the peer. */
    private static final class Measured {
        final Samples start = new Samples();
        final List<Samples> formed = List.of(new Samples(), new Samples(), new Samples());
        final Samples memory = new Samples();
        final Samples threads = new Samples();
    }

    Starts(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException {
        Measured ours = new Measured();
        Measured peer = new Measured();
        int repeats = bench.options().isQuick() ? 1 : 3;
        for (int repeat = 0; repeat < repeats; repeat++) {
            bench.say("three nodes start, " + (repeat + 1) + " of " + repeats);
            measure("native", "start" + repeat, ours);
            measure("hazelcast", "start" + repeat, peer);
        }
        for (int others = 1; others < 3; others++) {
            String name = others == 1 ? "second node formed by multicast" : "third node formed by multicast";
            add(name, "s", ours.formed.get(others), peer.formed.get(others), new Goal.Faster(20, false));
        }
        add("start of the first node", "s", ours.start, peer.start, null);
        add("memory (RSS) added to the JVM", "MB", ours.memory, peer.memory, new Goal.AtMost(15));
        add("threads added to the JVM", "", ours.threads, peer.threads, new Goal.AtMost(8));
    }

    private void add(String name, String unit, Samples ours, Samples peer, Goal goal) {
        bench.report().add(name, unit, ours, Report.HAZELCAST, peer, goal);
    }

    private void measure(String kind, String scenario, Measured measured) throws IOException {
        try (Members members = bench.members(kind, scenario, Members.LOOPBACK, TOUCHED_HEAP)) {
            List<long[]> before = new ArrayList<>();
            for (int member = 0; member < 3; member++) {
                before.add(members.open().ask("footprint"));
                Members.Joining joining = members.join(member);
                measured.formed.get(member).add(joining.formed() / Bench.SECOND);
                if (member == 0) {
                    measured.start.add(joining.started() / Bench.SECOND);
                }
            }
            for (int member = 0; member < 3; member++) {
                long[] after = members.node(member).ask("footprint");
                measured.memory.add((after[0] - before.get(member)[0]) / Bench.MEGABYTE);
                measured.threads.add(after[1] - before.get(member)[1]);
            }
        }
    }
}
