// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** How long what should come has been waited for, each since it was first asked about. Of one thread. */
public final class Patience {
    private final long millis;
    private final LongSupplier clock;
    private final Map<String, Long> since = new HashMap<>();

    /**
     * @param millis how long to wait
     * @param clock milliseconds, from any beginning
     */
    public Patience(long millis, LongSupplier clock) {
        this.millis = millis;
        this.clock = clock;
    }

    /** Whether it was waited for long enough; the first time that this is asked the waiting begins. */
    public boolean isOver(String key) {
        long now = clock.getAsLong();
        return now - since.computeIfAbsent(key, first -> now) >= millis;
    }

    /** It came, or is not waited for any more: asked about once more, the waiting begins anew. */
    public void forget(String key) {
        since.remove(key);
    }

    /** Forgets all others. */
    void keep(Set<String> keys) {
        since.keySet().retainAll(keys);
    }
}
