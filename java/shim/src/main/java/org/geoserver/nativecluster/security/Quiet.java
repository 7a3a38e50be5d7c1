// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Waits until nothing happened for a while: one edit of users and their roles writes several files. */
final class Quiet {
    private final Runnable then;
    private final long millis;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "gs-native-cluster-security");
        thread.setDaemon(true);
        return thread;
    });
    private ScheduledFuture<?> due;

    Quiet(long millis, Runnable then) {
        this.millis = millis;
        this.then = then;
    }

    /** What was not quiet yet is forgotten. */
    synchronized void end() {
        timer.shutdownNow();
    }

    synchronized void happened() {
        if (timer.isShutdown()) {
            return;
        }
        if (due != null) {
            due.cancel(false);
        }
        due = timer.schedule(then, millis, TimeUnit.MILLISECONDS);
    }
}
