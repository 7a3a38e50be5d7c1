// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.geoserver.nativecluster.nativelib.Background;

/** Waits until nothing happened for a while: one edit of users and their roles writes several files. */
final class Quiet {
    private final Runnable then;
    private final long nanos;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Background.thread(task, "gs-native-cluster-security"));
    private boolean waiting;
    private long last;

    Quiet(long millis, Runnable then) {
        this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        this.then = then;
    }

    /** What was not quiet yet is forgotten. */
    synchronized void end() {
        timer.shutdownNow();
    }

    synchronized void happened() {
        last = System.nanoTime();
        if (!waiting && !timer.isShutdown()) {
            waiting = true;
            await(nanos);
        }
    }

    /** The timer is not set anew each time: that would wake its thread, for an edit that is still going on. */
    private void await(long nanos) {
        timer.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        synchronized (this) {
            if (timer.isShutdown()) {
                return;
            }
            long left = last + nanos - System.nanoTime();
            waiting = left > 0;
            if (waiting) {
                await(left);
                return;
            }
        }
        then.run();
    }
}
