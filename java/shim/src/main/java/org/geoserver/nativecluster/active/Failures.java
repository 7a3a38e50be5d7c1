// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/**
 * Versions that could not be applied, and when each is tried again if nothing else is applied: after a pause that grows. At most
 * as many as are pending. Written by one thread.
 */
final class Failures {
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    record Failure(Pending pending, String reason, int attempts, long nextMillis) {}

    private final Map<String, Failure> byKey = new ConcurrentHashMap<>();

    /** Whether it is not worth trying yet. */
    boolean mustWait(Pending pending, long nowMillis) {
        Failure failure = byKey.get(pending.key());
        return failure != null && failure.pending().token() == pending.token() && failure.nextMillis() > nowMillis;
    }

    void failed(Pending pending, String reason, long nowMillis) {
        Failure before = byKey.get(pending.key());
        int attempts = before == null || before.pending().token() != pending.token() ? 1 : before.attempts() + 1;
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 16));
        // the content may be large, and is asked for again anyway
        Pending slim = new Pending(
                pending.key(), pending.token(), null, -1, pending.node(), pending.sameDirectory(), pending.when());
        byKey.put(pending.key(), new Failure(slim, reason, attempts, nowMillis + pause));
    }

    void succeeded(String key) {
        byKey.remove(key);
    }

    /** Forgets what is not pending any more. */
    void keep(java.util.Set<String> pending) {
        byKey.keySet().retainAll(pending);
    }

    /** How long until one is to be tried again; never longer than {@code max}. */
    long millisUntilNext(long nowMillis, long max) {
        long wait = max;
        for (Failure failure : byKey.values()) {
            wait = Math.min(wait, Math.max(0, failure.nextMillis() - nowMillis));
        }
        return wait;
    }

    Map<String, Failure> all() {
        return byKey;
    }
}
