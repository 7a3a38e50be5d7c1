// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the system says of threads: proc_pid_stat(5). */
class BackgroundTest {
    private static final String SCHED_BATCH = "3";
    private static final int POLICY = 41;

    /** Fields are counted from one; the second is a name in parentheses. */
    private static String policy() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[POLICY - 3];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void letsOthersGoFirst() throws Exception {
        Cluster.libraryVersion();
        CompletableFuture<String> there = new CompletableFuture<>();
        Thread thread = Background.thread(() -> there.complete(policy()), "a background");
        assertTrue(thread.isDaemon());
        assertEquals("a background", thread.getName());
        thread.start();
        assertEquals(SCHED_BATCH, there.get(60, TimeUnit.SECONDS));
        assertNotEquals(SCHED_BATCH, policy(), "others do not");
    }
}
