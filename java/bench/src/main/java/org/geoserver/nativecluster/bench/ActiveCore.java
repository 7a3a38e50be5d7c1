// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.util.List;

/**
 * What active clustering does without a GeoServer: objects of 8 KB from one JVM to another, through the Java API that the
 * GeoServer adapters call. Both keep what they have on disk.
 */
final class ActiveCore {
    /** What JMS clustering rests on, with an embedded broker that keeps messages on disk; its figures are quoted. */
    private static final String ACTIVEMQ = "ActiveMQ*";

    /** At its fastest, a message sent so that none is lost took so many microseconds. */
    private static final Samples MESSAGE = Samples.of(1e6 / 207);

    private static final int SINGLE = 1_000;
    private static final int MANY = 10_000;
    private static final int MISSED = 500;

    private final Workplace workplace;
    private final Report report;
    private final boolean quick;

    ActiveCore(Workplace workplace, Report report, boolean quick) {
        this.workplace = workplace;
        this.report = report;
        this.quick = quick;
    }

    void run() throws IOException {
        try (Members members = new Members(workplace, "shared", "bench-shared", Members.LOOPBACK, List.of())) {
            NodeProcess writer = members.open();
            writer.ask("start", 0);
            NodeProcess reader = members.open();
            reader.ask("start", 0);
            ActiveBench.say("objects of 8 KB, one by one");
            int count = single(writer, reader);
            ActiveBench.say("one of two nodes is away");
            count = missed(members, count);
            ActiveBench.say("objects of 8 KB, as fast as they come");
            count = many(writer, members.node(1), count);
            unchanged(members, count);
        }
    }

    private int single(NodeProcess writer, NodeProcess reader) {
        Samples delay = new Samples();
        int count = 0;
        for (; count < 2 * SINGLE; count++) {
            long before = writer.ask("publish", count, count + 1)[0];
            long there = reader.ask("await-objects", count + 1)[0];
            // the first half warms up
            if (count >= SINGLE) {
                delay.add((there - before) / Bench.MILLISECOND);
            }
        }
        report.add("core: object of 8 KB applied elsewhere", "ms", delay, ACTIVEMQ, Samples.of(3.2, 3.2, 26), null);
        return count;
    }

    private int many(NodeProcess writer, NodeProcess reader, int from) {
        Samples each = new Samples();
        int count = from;
        for (int round = 0; round < (quick ? 1 : 3); round++) {
            long before = writer.ask("publish", count, count + MANY)[0];
            count += MANY;
            // comes at all: none is lost
            long there = reader.ask("await-objects", count)[0];
            each.add((there - before) / Bench.MICROSECOND / MANY);
        }
        report.add("core: " + MANY + " objects of 8 KB, each", "µs", each, ACTIVEMQ, MESSAGE, new Goal.Faster(20, false));
        return count;
    }

    private int missed(Members members, int from) throws IOException {
        Samples caughtUp = new Samples();
        int count = from;
        for (int round = 0; round < (quick ? 1 : 3); round++) {
            leave(members.node(1));
            members.node(0).ask("publish", count, count + MISSED);
            NodeProcess reader = members.open(1);
            long before = reader.ask("start", count)[0];
            count += MISSED;
            caughtUp.add((reader.ask("await-objects", count)[0] - before) / Bench.SECOND);
        }
        report.add(
                "core: back, " + MISSED + " objects missed",
                "s",
                caughtUp,
                ACTIVEMQ,
                Samples.of(12.4, 13.3),
                new Goal.AtMost(1));
        return count;
    }

    private void unchanged(Members members, int count) throws IOException {
        leave(members.node(1));
        long before = members.node(0).ask("sent")[0];
        NodeProcess reader = members.open(1);
        reader.ask("start", count);
        members.node(0).ask("publish", count, count + 1);
        reader.ask("await-objects", count + 1);
        Samples sent = Samples.of((members.node(0).ask("sent")[0] - before + reader.ask("sent")[0]) / Bench.MEGABYTE);
        report.add("core: sent for " + count + " unchanged", "MB", sent, null, new Samples(), new Goal.AtMost(1));
    }

    private static void leave(NodeProcess node) {
        node.leave();
        node.join();
    }
}
