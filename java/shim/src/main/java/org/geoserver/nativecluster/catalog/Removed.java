// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.LinkedHashSet;
import java.util.Set;

/** Keys of objects of which an event told that they were removed: what is merely not here was not. Safe for many threads. */
final class Removed {
    /** More are not removed between two looks of the replicator; of these the objects would come back. */
    private static final int MAX = 100_000;

    private final Set<String> keys = new LinkedHashSet<>();

    synchronized void add(String key) {
        if (keys.size() < MAX) {
            keys.add(key);
        }
    }

    /** Whether it was removed since the last call. */
    synchronized boolean take(String key) {
        return keys.remove(key);
    }
}
