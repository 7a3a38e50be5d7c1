// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.nativecluster.nativelib.Json;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;
import org.geoserver.nativecluster.nativelib.SharedObjects.Standing;

/**
 * A node of active clustering without a GeoServer: it applies what others publish by noting that it has it. Objects have
 * numbers, by which every node knows their contents of 8 KB.
 *
 * <pre>
 * ready              nothing: the JVM is up
 * start HAS          joins, with so many objects in its hands, and compares them: time before
 * publish FROM TO    changes objects: time before
 * await-objects N    time when it had so many
 * sent               bytes that it sent to other members since it started
 * </pre>
 */
final class SharedNode implements Program {
    /** As large as the messages by which the peer was measured. */
    private static final int SIZE = 8 * 1024;

    private static final String PREFIX = "bench/";
    private static final long WAIT_MILLIS = 1_000;
    private static final int BATCH = 1_000;

    private final Path data;
    private Cluster cluster;
    private SharedObjects shared;
    private volatile long objects;
    private volatile long latest;

    SharedNode(Path data) {
        this.data = data;
    }

    private static Content content(long number) {
        return new Content(String.format("%016d", number).repeat(SIZE / 16).getBytes(StandardCharsets.UTF_8), 0);
    }

    @Override
    public long[] execute(String[] words) throws Exception {
        switch (words[0]) {
            case "ready":
                return new long[0];
            case "start":
                return start(Long.parseLong(words[1]));
            case "publish":
                return publish(Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "await-objects":
                long wanted = Long.parseLong(words[1]);
                Commands.await(() -> objects >= wanted);
                return new long[] {latest};
            case "sent":
                return new long[] {((Number) Json.object(cluster.status()).get("sentBytes")).longValue()};
            default:
                throw new IllegalArgumentException("no command: " + words[0]);
        }
    }

    private long[] start(long has) throws IOException {
        long before = System.nanoTime();
        String configuration = Files.readString(data.resolve("hazelcast.xml"));
        Map<String, String> environment =
                Map.of("GEOSERVER_CLUSTER_ACTIVE", "true", "GEOSERVER_CLUSTER_SECRET", "of the benchmark's own");
        cluster = Cluster.start("hazelcast.xml", configuration, environment, data.resolve("state"));
        shared = cluster.shared();
        Commands.await(() -> shared.join(Policy.MERGE, has == 0) == Standing.MEMBER);
        for (long number = 0; number < has; number++) {
            shared.compare(PREFIX + number, content(number));
        }
        shared.compared(List.of(PREFIX));
        objects = has;
        Thread thread = new Thread(this::follow, "follow");
        thread.setDaemon(true);
        thread.start();
        return new long[] {before};
    }

    private void follow() {
        apply();
        for (byte[] batch = cluster.next(WAIT_MILLIS); batch != null; batch = cluster.next(WAIT_MILLIS)) {
            if (Event.decode(batch).stream().anyMatch(Event.Shared.class::isInstance)) {
                apply();
            }
        }
    }

    private void apply() {
        for (var pending = shared.pending(BATCH); !pending.isEmpty(); pending = shared.pending(BATCH)) {
            for (SharedObjects.Pending object : pending) {
                shared.applied(object.key(), object.token(), object.content());
                latest = System.nanoTime();
                objects++;
            }
        }
    }

    private long[] publish(long from, long to) {
        long before = System.nanoTime();
        for (long number = from; number < to; number++) {
            shared.put(PREFIX + number, content(number));
        }
        return new long[] {before};
    }

    @Override
    public void close() {
        if (cluster != null) {
            cluster.close();
        }
    }
}
