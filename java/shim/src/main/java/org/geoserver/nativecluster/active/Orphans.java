// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/**
 * What belongs to an object that the cluster does not have. It is left over if one node removes the object while another one
 * changes what belongs to it: the settings of its tiles, which store is the default one.
 */
final class Orphans {
    /** An object and what belongs to it come at once, or nearly so. */
    private static final long MILLIS = 10_000;

    private final SharedObjects shared;

    /** Since when, by key. */
    private final Map<String, Long> since = new HashMap<>();

    Orphans(SharedObjects shared) {
        this.shared = shared;
    }

    /** Whether one has been left alone for long enough; if it stays, the time begins anew. */
    boolean isOne(String key, List<String> needs, long nowMillis) {
        if (needs.isEmpty() || needs.stream().anyMatch(need -> shared.content(need) != null)) {
            since.remove(key);
            return false;
        }
        if (nowMillis - since.computeIfAbsent(key, first -> nowMillis) < MILLIS) {
            return false;
        }
        since.remove(key);
        return true;
    }

    /** Forgets what is not pending any more. */
    void keep(Set<String> pending) {
        since.keySet().retainAll(pending);
    }
}
