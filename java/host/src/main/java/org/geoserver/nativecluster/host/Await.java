// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for conditions. */
public final class Await {
    private static final long LOOK_MILLIS = 10;

    private Await() {}

    /** Waits until what is looked at is as wanted, and returns it; an error after the deadline. */
    public static <T> T until(String what, Duration deadline, Supplier<T> look, Predicate<T> wanted) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            T seen = look.get();
            if (wanted.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "Waited " + deadline.toSeconds() + " s for " + what + "; it is still " + seen);
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            }
        }
    }

    /** Waits until the condition holds. */
    public static void until(String what, Duration deadline, Supplier<Boolean> condition) {
        until(what, deadline, condition, holds -> holds);
    }
}
