// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that passes when a test says so. */
public final class ManualLater implements Later {
    private record Task(long time, long order, Runnable task) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::time).thenComparingLong(Task::order));
    private long now;
    private long order;

    @Override
    public void after(long millis, Runnable task) {
        tasks.add(new Task(now + millis, order++, task));
    }

    @Override
    public long now() {
        return now;
    }

    /** Runs all that is due until then, in order. */
    void pass(long millis) {
        long until = now + millis;
        while (!tasks.isEmpty() && tasks.peek().time() <= until) {
            Task next = tasks.remove();
            now = next.time();
            next.task().run();
        }
        now = until;
    }

    /** How many tasks are not due yet. */
    int waiting() {
        return tasks.size();
    }

    @Override
    public void close() {
        tasks.clear();
    }
}
