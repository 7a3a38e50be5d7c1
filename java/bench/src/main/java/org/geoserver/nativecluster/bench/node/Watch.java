// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.executor.ExecutionStatus;

/**
 * Reads a status again and again until it shows a progress. It rests between two reads: clients that poll do not keep a
 * processor from the threads that bring the news.
 */
final class Watch {
    private static final long PATIENCE_SECONDS = 30;

    /** The kernel makes 50 µs or more of it. */
    private static final long REST_NANOS = 10_000;

    private final CompletableFuture<Void> reading = new CompletableFuture<>();
    private final CompletableFuture<Long> seen = new CompletableFuture<>();
    private volatile boolean given;

    /** Returns when the status was read for the first time. */
    Watch(ProcessStatusStore store, String id, float progress) throws Exception {
        Thread thread = new Thread(() -> read(store, id, progress), "watch");
        thread.setDaemon(true);
        thread.start();
        reading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void read(ProcessStatusStore store, String id, float progress) {
        try {
            while (!given) {
                ExecutionStatus status = store.get(id);
                reading.complete(null);
                if (status.getProgress() == progress) {
                    seen.complete(System.nanoTime());
                    return;
                }
                LockSupport.parkNanos(REST_NANOS);
            }
        } catch (RuntimeException e) {
            reading.completeExceptionally(e);
            seen.completeExceptionally(e);
        }
    }

    /** When it showed. */
    long seen() throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            given = true;
        }
    }
}
