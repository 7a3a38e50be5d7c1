// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.Json;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;
import org.geoserver.nativecluster.nativelib.SharedObjects.Standing;

/** A node of the real library whose objects are short texts, which outlive its stops as files would. */
final class NoteNode {
    private static final long START_MILLIS = 100;

    private final Path folder;
    private final int[] ports;
    private final int number;
    private final Notes notes = new Notes();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Cluster cluster;
    private Replicator replicator;
    private Thread replicating;
    private Thread listening;
    private volatile Standing standing = Standing.WAITING;

    NoteNode(Path folder, int[] ports, int number) {
        this.folder = folder;
        this.ports = ports;
        this.number = number;
    }

    static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    boolean isUp() {
        return cluster != null;
    }

    void start() {
        if (isUp()) {
            return;
        }
        Map<String, String> settings = Map.of("geoserver.cluster.active", "true", "geoserver.cluster.secret", "of these tests");
        cluster = Cluster.start("hazelcast.xml", configuration(), settings, folder.resolve("state"));
        cluster.setDataDirectory(folder, "directory " + number);
        standing = Standing.WAITING;
        replicator = new Replicator(cluster.shared(), new Parts(List.of(notes)), gate(), this::admission, START_MILLIS);
        notes.start(replicator::changed);
        replicating = thread("replicator", replicator);
        listening = thread("events", this::listen);
    }

    private String configuration() {
        StringBuilder members = new StringBuilder();
        for (int port : ports) {
            members.append("<member>127.0.0.1:").append(port).append("</member>");
        }
        return "<hazelcast><cluster-name>random-edits</cluster-name><network><port auto-increment=\"false\">" + ports[number]
                + "</port><interfaces enabled=\"true\"><interface>127.0.0.1</interface></interfaces><join>"
                + "<multicast enabled=\"false\"/><tcp-ip enabled=\"true\">" + members + "</tcp-ip></join></network>"
                + "<map name=\"wpsExecutionStatusMap\"/></hazelcast>";
    }

    private Thread thread(String name, Runnable body) {
        Thread thread = new Thread(body, name + "-" + number);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void listen() {
        Cluster mine = cluster;
        try {
            for (byte[] events = mine.next(1_000); events != null; events = mine.next(1_000)) {
                replicator.wake();
            }
        } catch (IllegalStateException e) {
            // closed meanwhile
        }
    }

    /** As {@link ActiveClustering} does it. */
    private Admission admission() {
        Standing before = standing;
        standing = cluster.shared().join(Policy.REFUSE, true);
        return switch (standing) {
            case MEMBER, ADOPTING -> before == Standing.WAITING ? Admission.NEW : Admission.MEMBER;
            case WAITING, REFUSED -> Admission.NONE;
        };
    }

    void awaitMember(long patienceNanos) {
        await(patienceNanos, () -> standing != Standing.WAITING);
        if (standing == Standing.REFUSED) {
            throw new AssertionError("Refused: " + describe());
        }
    }

    private void await(long patienceNanos, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + patienceNanos;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("In vain: " + describe());
            }
            awaitChange(10);
        }
    }

    /** Rests until a note changes, at most so long. */
    void awaitChange(long millis) {
        synchronized (notes) {
            try {
                notes.wait(millis);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    void stop() {
        if (!isUp()) {
            return;
        }
        replicator.stop();
        cluster.close();
        for (Thread thread : new Thread[] {replicating, listening}) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        cluster = null;
        notes.start(key -> {});
    }

    void write(String key, String value) {
        edit(key, () -> notes.set(key, value));
    }

    void remove(String key) {
        edit(key, () -> notes.delete(key));
    }

    private void edit(String key, Runnable edit) {
        lock.writeLock().lock();
        try {
            edit.run();
        } finally {
            lock.writeLock().unlock();
        }
        notes.changed.accept(key);
    }

    /** GeoServer reads its files anew; {@code edits} are made in these. */
    void reload(Runnable edits) {
        if (isUp()) {
            replicator.hold();
        }
        edits.run();
        if (isUp()) {
            replicator.release();
        }
    }

    TreeMap<String, String> notes() {
        return notes.copy();
    }

    boolean isIdle() {
        Map<?, ?> shared = shared();
        return replicator.unpublished() == 0 && Long.valueOf(0).equals(number(shared, "pending"));
    }

    Object checksum() {
        return shared().get("checksum");
    }

    private Map<?, ?> shared() {
        return (Map<?, ?>) Json.object(cluster.status()).get("shared");
    }

    private static Long number(Map<?, ?> object, String name) {
        return ((Number) object.get(name)).longValue();
    }

    String describe() {
        return "node " + number + ": " + standing + " " + notes() + (isUp() ? " " + cluster.status() : " is down");
    }

    private ConfigurationGate gate() {
        return new ConfigurationGate() {
            @Override
            public boolean tryRead() {
                lock.readLock().lock();
                return true;
            }

            @Override
            public boolean tryWrite() {
                lock.writeLock().lock();
                return true;
            }

            @Override
            public void unlock() {
                if (lock.isWriteLockedByCurrentThread()) {
                    lock.writeLock().unlock();
                } else {
                    lock.readLock().unlock();
                }
            }
        };
    }

    /** The objects. */
    private static final class Notes implements Part {
        private record Note(String text, long modified) {}

        private final Map<String, Note> notes = new TreeMap<>();
        private volatile Consumer<String> changed = key -> {};

        synchronized void set(String key, String text) {
            notes.put(key, new Note(text, System.currentTimeMillis()));
            notifyAll();
        }

        synchronized void delete(String key) {
            notes.remove(key);
            notifyAll();
        }

        synchronized TreeMap<String, String> copy() {
            TreeMap<String, String> copy = new TreeMap<>();
            notes.forEach((key, note) -> copy.put(key, note.text));
            return copy;
        }

        @Override
        public List<String> prefixes() {
            return List.of("notes/");
        }

        @Override
        public void start(Consumer<String> told) {
            changed = told;
        }

        @Override
        public synchronized void snapshot(Snapshot snapshot) {
            notes.forEach((key, note) -> snapshot.object(key, content(note)));
        }

        @Override
        public synchronized Local read(String key) {
            Note note = notes.get(key);
            return note == null ? Local.NOTHING : Local.of(content(note));
        }

        private static Content content(Note note) {
            return new Content(note.text.getBytes(StandardCharsets.UTF_8), note.modified);
        }

        @Override
        public int order(String key) {
            return 100;
        }

        @Override
        public Applied apply(Pending pending) {
            if (pending.isRemoval()) {
                delete(pending.key());
                return Applied.as(Local.NOTHING);
            }
            set(pending.key(), new String(pending.content().bytes(), StandardCharsets.UTF_8));
            return Applied.as(read(pending.key()));
        }
    }
}
