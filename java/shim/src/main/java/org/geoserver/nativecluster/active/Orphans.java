// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/**
 * What belongs to an object that the cluster does not have. It is left over if one node removes the object while another one
 * changes what belongs to it: the settings of its tiles, which store is the default one.
 */
final class Orphans {
    /** An object and what belongs to it come at once, or nearly so. */
    private static final long MILLIS = 10_000;

    private final SharedObjects shared;
    private final Patience patience;

    /** @param clock milliseconds, from any beginning */
    Orphans(SharedObjects shared, LongSupplier clock) {
        this.shared = shared;
        this.patience = new Patience(MILLIS, clock);
    }

    /** Whether one has been left alone for long enough; if it stays, the time begins anew. */
    boolean isOne(String key, List<String> needs) {
        boolean alone = !needs.isEmpty() && needs.stream().allMatch(need -> shared.content(need) == null);
        if (alone && !patience.isOver(key)) {
            return false;
        }
        patience.forget(key);
        return alone;
    }

    /** Forgets what is not pending any more. */
    void keep(Set<String> pending) {
        patience.keep(pending);
    }
}
