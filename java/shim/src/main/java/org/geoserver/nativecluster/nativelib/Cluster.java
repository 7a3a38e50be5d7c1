// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * This node's membership of a cluster, and its replica of the map of WPS statuses. Safe for use by many threads. After
 * {@link #close()} each call fails with {@link IllegalStateException}. Any call may throw {@link ClusterException}.
 */
public class Cluster implements AutoCloseable {
    /** How long {@link #close()} waits for the native threads, in milliseconds. */
    public static final long CLOSE_MILLIS = 5_000;

    private static final Cleaner CLEANER = Cleaner.create();

    private final Handle handle;
    private final Cleaner.Cleanable cleanable;
    private final Map<Long, Consumer<List<String>>> watches = new HashMap<>();

    /**
     * Joins, or founds, the cluster that a configuration describes. Does not wait for other members.
     *
     * @param path where the configuration comes from, for messages
     * @param xml the configuration, in the form of hazelcast.xml
     * @param environment properties and environment variables: placeholders, and settings that override the file
     * @param stateDirectory where this node alone keeps its durable state
     * @throws LibraryException if there is no native library for this machine
     * @throws ClusterException with code CONFIG if the configuration is refused, LOCKED if another node uses the
     *     directory
     */
    public static Cluster start(String path, String xml, Map<String, String> environment, Path stateDirectory) {
        NativeLibrary.load();
        return new Cluster(
                NativeLibrary.start(path, xml, alternating(environment), stateDirectory.toString(), ""));
    }

    /** The verdict on a configuration as JSON: {@code ok}, {@code messages} and {@code summary}. */
    public static String check(String path, String xml, Map<String, String> environment) {
        NativeLibrary.load();
        return NativeLibrary.check(path, xml, alternating(environment));
    }

    /** The version of the native library, such as {@code 0.1.0 (linux-x86_64)}. */
    public static String libraryVersion() {
        NativeLibrary.load();
        return NativeLibrary.version();
    }

    private static String[] alternating(Map<String, String> map) {
        String[] pairs = new String[map.size() * 2];
        int at = 0;
        for (Map.Entry<String, String> entry : map.entrySet()) {
            pairs[at++] = entry.getKey();
            pairs[at++] = entry.getValue();
        }
        return pairs;
    }

    /** Wraps what native code started; tests of what stands above pass 0 and override every method. */
    protected Cluster(long nativeHandle) {
        this.handle = new Handle(nativeHandle);
        this.cleanable = CLEANER.register(this, handle);
    }

    /** Says which folder has a directory for each execution; peers may read what lies in these. */
    public void setFilesRoot(Path directory) {
        NativeLibrary.setFilesRoot(handle.open(), directory.toString());
    }

    /**
     * Waits for what happened.
     *
     * @return events in order, empty if there were none in time, null when the cluster is closed
     */
    public byte[] next(long timeoutMillis) {
        return NativeLibrary.next(handle.open(), timeoutMillis);
    }

    /** This node and the members it sees, as JSON. */
    public String status() {
        return NativeLibrary.status(handle.open());
    }

    /**
     * Writes a status record.
     *
     * @param all wait until each live member has it, for at most the time given
     * @return what came of it, see {@link SaveResult}
     */
    public SaveResult statusSave(byte[] record, boolean all, long timeoutMillis) {
        return SaveResult.of(NativeLibrary.statusSave(handle.open(), record, all, timeoutMillis));
    }

    /**
     * The record of an execution.
     *
     * @param remoteTimeoutMillis how long to ask the other members for one that is not here; 0 asks nobody
     * @return the record, or null if it is unknown or was removed
     */
    public byte[] statusGet(String executionId, long remoteTimeoutMillis) {
        return NativeLibrary.statusGet(handle.open(), executionId, remoteTimeoutMillis);
    }

    /** Removes a status everywhere and for good; returns the record that was removed, or null. */
    public byte[] statusRemove(String executionId) {
        return NativeLibrary.statusRemove(handle.open(), executionId);
    }

    /** The records that a query selects, in the form of {@code u32 total, u32 count, count times (u32 length, record)}. */
    public byte[] statusQuery(byte[] query) {
        return NativeLibrary.statusQuery(handle.open(), query);
    }

    /** Removes what a filter selects, everywhere and for good; returns how many. */
    public int statusRemoveWhere(byte[] filter) {
        return NativeLibrary.statusRemoveWhere(handle.open(), filter);
    }

    /** Sends a command to the Java side of a member; returns its reply, or null if there was none in time. */
    public byte[] request(String memberId, byte[] payload, long timeoutMillis) {
        return NativeLibrary.request(handle.open(), memberId, payload, timeoutMillis);
    }

    /** Answers a command. */
    public void reply(String requestId, byte[] payload) {
        NativeLibrary.reply(handle.open(), requestId, payload);
    }

    /**
     * Copies a file of an execution from the member that has it. The target appears complete or not at all.
     *
     * @param relativePath its path in the folder of the execution
     * @param ownerId the member to ask first
     * @param silenceMillis how long nothing may arrive before the transfer is given up
     * @return the size of the file, or -1 if no live member has it
     */
    public long fetch(String executionId, String relativePath, Path target, String ownerId, long silenceMillis) {
        return NativeLibrary.fetch(
                handle.open(), executionId, relativePath, target.toString(), ownerId, silenceMillis);
    }

    /**
     * Says where this node's data directory is, whose files are shared.
     *
     * @param id names the directory: nodes that use the same one say the same
     * @throws ClusterException with code CONFIG if active clustering is off; says why
     */
    public void setDataDirectory(Path directory, String id) {
        NativeLibrary.sharedDirectory(handle.open(), directory.toString(), id);
    }

    /** What all nodes share. Each call of it throws {@link ClusterException}, code CONFIG, if active clustering is off. */
    public SharedObjects shared() {
        return new NativeSharedObjects(handle::open);
    }

    /** Watches folders. Whoever takes the events gives those of changed files to {@link #filesChanged}. */
    public FileWatch files() {
        return (root, excluded, changed) -> {
            synchronized (watches) {
                String[] names = excluded.toArray(String[]::new);
                watches.put(NativeLibrary.watch(handle.open(), root.toString(), names), changed);
            }
        };
    }

    /** Tells whoever watches the folder. */
    public void filesChanged(Event.Files files) {
        Consumer<List<String>> changed;
        // An event may overtake the end of the call that began the watch.
        synchronized (watches) {
            changed = watches.get(files.watch());
        }
        if (changed != null) {
            changed.accept(files.paths());
        }
    }

    public boolean isClosed() {
        return handle.closed.get();
    }

    /** Leaves the cluster, flushes and ends the native threads, within {@link #CLOSE_MILLIS}. */
    @Override
    public void close() {
        cleanable.clean();
    }

    /** What is left to close; apart from the cluster, so that the cleaner can close it when nobody did. */
    private static final class Handle implements Runnable {
        private final long address;
        private final AtomicBoolean closed = new AtomicBoolean();

        Handle(long address) {
            this.address = address;
        }

        /** A call that overtakes closing is safe: native code knows which handles are open. */
        long open() {
            if (closed.get()) {
                throw new IllegalStateException("The cluster is closed");
            }
            return address;
        }

        @Override
        public void run() {
            if (closed.compareAndSet(false, true) && address != 0) {
                NativeLibrary.stop(address, CLOSE_MILLIS);
            }
        }
    }
}
