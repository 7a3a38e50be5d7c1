// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The members of one cluster, each in a JVM of its own, numbered from 0. */
final class Members implements AutoCloseable {
    private final Workplace workplace;
    private final String kind;
    private final String cluster;
    private final Lan lan;
    private final List<String> jvmOptions;
    private final List<NodeProcess> nodes = new ArrayList<>();

    /** Where the members live. */
    interface Lan {
        /** The address that a member binds to. */
        String address(int member);

        /** What starts a process there. */
        List<String> prefix(int member);
    }

    static final Lan LOOPBACK = new Lan() {
        @Override
        public String address(int member) {
            return "127.0.0.1";
        }

        @Override
        public List<String> prefix(int member) {
            return List.of();
        }
    };

    Members(Workplace workplace, String kind, String cluster, Lan lan, List<String> jvmOptions) {
        this.workplace = workplace;
        this.kind = kind;
        this.cluster = cluster;
        this.lan = lan;
        this.jvmOptions = jvmOptions;
    }

    /** Starts the JVM of a member, which joins when it is told to; in the place of one that ended, or as the next. */
    NodeProcess open(int member) throws IOException {
        Path data = data(member);
        Files.createDirectories(data);
        Files.writeString(data.resolve("hazelcast.xml"), HazelcastXml.of(kind, cluster, lan.address(member)));
        NodeProcess node = new NodeProcess(kind, data, workplace.classPath(kind), lan.prefix(member), jvmOptions);
        if (member < nodes.size()) {
            nodes.set(member, node);
        } else {
            nodes.add(node);
        }
        node.ask("ready");
        return node;
    }

    /** Starts the JVM of the next member. */
    NodeProcess open() throws IOException {
        return open(nodes.size());
    }

    /** Lets a member whose JVM is up join; how many nanoseconds later all saw all, and when it began. */
    Joining join(int member) {
        List<NodeProcess> others = nodes.stream().filter(node -> node != nodes.get(member)).toList();
        others.forEach(node -> node.tell("await-members", nodes.size()));
        long[] times = nodes.get(member).ask("start");
        long seen = await(nodes.size(), List.of(nodes.get(member)));
        for (NodeProcess other : others) {
            seen = Math.max(seen, other.answer()[0]);
        }
        return new Joining(times[0], times[1] - times[0], seen - times[0]);
    }

    /**
     * How a member joined.
     *
     * @param began time when it was started
     * @param started nanoseconds that the start took, for which GeoServer would have waited
     * @param formed nanoseconds from then until all members saw all
     */
    record Joining(long began, long started, long formed) {}

    /** Starts a member in a JVM of its own. */
    Joining add() throws IOException {
        open();
        return join(nodes.size() - 1);
    }

    /** Lets the last member leave, and forgets what it has stored. */
    void remove() throws IOException {
        NodeProcess node = nodes.remove(nodes.size() - 1);
        node.leave();
        node.join();
        workplace.delete(data(nodes.size()));
        awaitAll(nodes.size());
    }

    /** Starts all again, with their data directories, after all have ended. */
    void restart() throws IOException {
        for (int member = 0; member < nodes.size(); member++) {
            open(member);
        }
        nodes.forEach(node -> node.tell("start"));
        nodes.forEach(NodeProcess::answer);
        awaitAll(nodes.size());
    }

    Path data(int member) {
        return workplace.folder().resolve(cluster + "-" + member);
    }

    NodeProcess node(int member) {
        return nodes.get(member);
    }

    int size() {
        return nodes.size();
    }

    /** Waits until these members see so many; when the last did. */
    static long await(int count, List<NodeProcess> seeing) {
        seeing.forEach(node -> node.tell("await-members", count));
        return seeing.stream()
                .flatMapToLong(node -> LongStream.of(node.answer()))
                .max()
                .orElseThrow();
    }

    long awaitAll(int count) {
        return await(count, nodes);
    }

    void each(Consumer<NodeProcess> action) {
        nodes.forEach(action);
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
        nodes.forEach(NodeProcess::join);
    }
}
