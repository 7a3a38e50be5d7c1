// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Background;
import org.geotools.util.logging.Logging;

/** Runs tasks one after another, each not before its time. */
public interface Later extends AutoCloseable {
    void after(long millis, Runnable task);

    /** Milliseconds since some moment. */
    long now();

    @Override
    void close();

    /** One thread of its own; a task that fails is logged. */
    static Later thread(String name) {
        Logger logger = Logging.getLogger(Later.class);
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> Background.thread(task, name));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler((task, closed) -> {});
        return new Later() {
            @Override
            public void after(long millis, Runnable task) {
                executor.schedule(
                        () -> {
                            try {
                                task.run();
                            } catch (RuntimeException | LinkageError e) {
                                logger.log(Level.WARNING, "Looking for changed files failed", e);
                            }
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
            }

            @Override
            public long now() {
                return System.nanoTime() / 1_000_000;
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        };
    }
}
