// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.geoserver.nativecluster.bench.node.Statuses;

/**
 * How long the calls take that GeoServer makes, with 10,000 statuses in the map. The first node executes the processes,
 * the second is asked for them, and the last one waits for what the first one saves. Contestants take turns, so that what
 * else the machine does hits all alike.
 */
final class Latencies {
    private static final int LOADERS = 8;

    /** Rounds whose times are thrown away, while the JVMs compile. */
    private static final int WARM_UP = 3;

    private static final int ROUNDS = 12;
    private static final int QUICK_ROUNDS = 2;

    private final Bench bench;
    private final List<Contestant> contestants;
    private int next = Statuses.COUNT;

    /** Each progress that is waited for is another, and none that a process would show: of more than a hundred percent. */
    private int progress = 100;

    /** A row, and how many times a round calls ours and each peer. */
    private enum Measure {
        GET("get", "µs", 2_000, 300, new Goal.Faster(50, false)),
        PROGRESS("save of progress", "µs", 1_000, 200, new Goal.Faster(20, false)),
        PROGRESS_8("save of progress, 8 threads", "µs", 2_000, 400, null),
        NEW("save of a new status, all have it", "µs", 100, 60, new Goal.Faster(2, false)),
        PHASE("save of a new phase, all have it", "µs", 0, 0, new Goal.Faster(2, false)),
        VISIBLE("saved progress visible on another", "µs", 100, 100, new Goal.Faster(2, true)),
        RUNNING("list of 1,000 running of 10,000", "ms", 20, 6, new Goal.Faster(50, false)),
        QUEUED("list of 100 queued of 10,000", "ms", 20, 6, new Goal.Faster(50, false)),
        PAGE("page of 100 of 10,000, by creation", "ms", 20, 6, new Goal.Faster(50, false));

        final String title;
        final String unit;
        final int ours;
        final int peers;
        final Goal goal;

        Measure(String title, String unit, int ours, int peers, Goal goal) {
            this.title = title;
            this.unit = unit;
            this.ours = ours;
            this.peers = peers;
            this.goal = goal;
        }
    }

    Latencies(Bench bench, List<Contestant> contestants) {
        this.bench = bench;
        this.contestants = contestants;
    }

    void load() {
        bench.say("10,000 statuses of " + Statuses.serialisedSize() + " bytes, as Java serialises them, are loaded");
        for (Contestant one : contestants) {
            one.members().node(0).ask("load", one.store(), 0, Statuses.COUNT, LOADERS);
            one.members().each(node -> node.ask("read-all", one.store()));
        }
    }

    void run(int nodes) {
        Map<Measure, Map<Contestant, Samples>> measured = new EnumMap<>(Measure.class);
        int rounds = bench.options().isQuick() ? QUICK_ROUNDS : ROUNDS;
        for (int round = -WARM_UP; round < rounds; round++) {
            bench.say(nodes + " nodes, " + (round < 0 ? "warming up" : "round " + (round + 1) + " of " + rounds));
            for (Measure measure : Measure.values()) {
                for (Contestant one : contestants) {
                    measure(measure, one, round < 0 ? new EnumMap<>(Measure.class) : measured);
                }
            }
        }
        report(nodes, measured);
    }

    private void measure(Measure measure, Contestant one, Map<Measure, Map<Contestant, Samples>> into) {
        int count = one.isOurs() ? measure.ours : measure.peers;
        NodeProcess executing = one.members().node(0);
        NodeProcess asked = one.members().node(1);
        switch (measure) {
            case GET -> put(into, measure, one, asked.ask("get", one.store(), count));
            case PROGRESS -> put(into, measure, one, executing.ask("progress", one.store(), count, 1));
            case PROGRESS_8 -> put(into, measure, one, executing.ask("progress", one.store(), count, 8));
            case NEW -> {
                long[] times = executing.ask("create", one.store(), next, count);
                put(into, Measure.NEW, one, Arrays.copyOf(times, count));
                put(into, Measure.PHASE, one, Arrays.copyOfRange(times, count, times.length));
                next += count;
            }
            case PHASE -> {
                // with NEW
            }
            case VISIBLE -> put(into, measure, one, visible(one, count));
            case RUNNING -> put(into, measure, one, asked.ask("running", one.store(), count));
            case QUEUED -> put(into, measure, one, asked.ask("queued", one.store(), count));
            case PAGE -> put(into, measure, one, asked.ask("page", one.store(), count));
        }
    }

    private long[] visible(Contestant one, int count) {
        NodeProcess executing = one.members().node(0);
        NodeProcess watching = one.members().node(one.members().size() - 1);
        long[] times = new long[count];
        for (int at = 0; at < count; at++) {
            // one of those that run, each time another
            int number = 10 * (at % Statuses.RUNNING);
            progress++;
            watching.ask("watch", one.store(), number, progress);
            long saved = executing.ask("touch", one.store(), number, progress)[0];
            times[at] = watching.ask("watched")[0] - saved;
        }
        return times;
    }

    private static void put(
            Map<Measure, Map<Contestant, Samples>> into, Measure measure, Contestant one, long[] nanos) {
        into.computeIfAbsent(measure, any -> new java.util.HashMap<>())
                .computeIfAbsent(one, any -> new Samples())
                .addNanos(nanos, measure.unit.equals("ms") ? Bench.MILLISECOND : Bench.MICROSECOND);
    }

    private void report(int nodes, Map<Measure, Map<Contestant, Samples>> measured) {
        Contestant ours = contestants.get(0);
        List<Contestant> peers = new ArrayList<>(contestants.subList(1, contestants.size()));
        for (Measure measure : Measure.values()) {
            for (Contestant peer : peers) {
                Map<Contestant, Samples> all = measured.get(measure);
                // the goals are set against what GeoServer's module uses
                Goal goal = peer.title().equals(Report.IMAP) ? measure.goal : null;
                bench.report()
                        .add(nodes + " nodes: " + measure.title, measure.unit, all.get(ours), peer.title(), all.get(peer), goal);
            }
        }
    }
}
