// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, never for a time. */
public final class Await {
    /** For what takes seconds at most; generous, because nodes share the machine with each other and with others. */
    public static final Duration SOON = Duration.ofSeconds(60);

    private static final long PAUSE_MILLIS = 50;

    private Await() {}

    /** A look at something that may not be so yet. */
    @FunctionalInterface
    public interface Look {
        /** Returns null if it is so, else what is seen instead. */
        String seen() throws Exception;
    }

    /** Looks again and again until there is nothing wrong to be seen. An exception counts as something wrong. */
    public static void until(String what, Duration limit, Look look) {
        value(what, limit, () -> {
            String seen = look.seen();
            if (seen != null) {
                throw new AssertionError(seen);
            }
            return true;
        });
    }

    /** Asks again and again until there is an answer that is not null, and no exception. */
    public static <T> T value(String what, Duration limit, Callable<T> question) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Throwable last = null;
            try {
                T answer = question.call();
                if (answer != null) {
                    return answer;
                }
            } catch (InterruptedException e) {
                throw new AssertionError("Interrupted while waiting for: " + what, e);
            } catch (Exception | AssertionError e) {
                last = e;
            }
            if (System.nanoTime() > deadline) {
                String seen = last == null ? "" : "; last seen: " + last.getMessage();
                throw new AssertionError("Not within " + limit.toSeconds() + " s: " + what + seen, last);
            }
            pause(what);
        }
    }

    private static void pause(String what) {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for: " + what, e);
        }
    }
}
