// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;

/**
 * Saves as a node that executes processes does: new statuses, and progress of those that others save too, a pair every
 * few milliseconds, until it is stopped.
 */
final class Writer {
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** The first statuses, which the writers of all nodes contend for. */
    private static final int CONTESTED = 10;

    /** A save that takes longer is not waited for. */
    private static final long STOP_MILLIS = 100_000;

    private final ProcessStatusStore store;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile long longest;
    private volatile long saves;
    private volatile long failures;

    Writer(ProcessStatusStore store, int from) {
        this.store = store;
        this.thread = new Thread(() -> write(from), "writer");
        thread.setDaemon(true);
        thread.start();
    }

    private void write(int from) {
        for (int number = from; !stopping; number++) {
            save(Statuses.of(number, ProcessState.RUNNING));
            ExecutionStatus contested = Statuses.of(10 * (number % CONTESTED), ProcessState.RUNNING);
            contested.setProgress(number % 100);
            save(contested);
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private void save(ExecutionStatus status) {
        long before = System.nanoTime();
        try {
            store.save(status);
            saves++;
        } catch (RuntimeException e) {
            failures++;
            e.printStackTrace();
        }
        longest = Math.max(longest, System.nanoTime() - before);
    }

    /** How many saves were made. */
    long saves() {
        return saves;
    }

    /** How long the longest save took, in nanoseconds, and how many failed. */
    long[] stop() throws InterruptedException {
        stopping = true;
        thread.join(STOP_MILLIS);
        if (thread.isAlive()) {
            throw new IllegalStateException("a save takes longer than " + STOP_MILLIS + " ms");
        }
        return new long[] {longest, failures};
    }
}
