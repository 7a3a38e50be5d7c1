// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The keys of what was changed here and is not published yet, each once. Safe for use by many threads. */
final class ChangedKeys {
    /** A key takes about 150 bytes. What is more is found by comparing everything. */
    static final int MAX = 100_000;

    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> refused = new HashSet<>();

    /** False if there are too many: then all must be compared instead. */
    synchronized boolean add(String key) {
        if (keys.size() >= MAX && !keys.contains(key)) {
            return false;
        }
        keys.add(key);
        return true;
    }

    synchronized boolean contains(String key) {
        return keys.contains(key);
    }

    synchronized boolean isEmpty() {
        return keys.isEmpty();
    }

    synchronized int size() {
        return keys.size();
    }

    /** Notes that what was changed here is to be undone, and written again if it was written: this node is read-only. */
    synchronized void refuse(String key) {
        refused.add(key);
    }

    synchronized boolean isRefused(String key) {
        return refused.contains(key);
    }

    /** It was undone. */
    synchronized void undone(String key) {
        refused.remove(key);
    }

    /** Takes out those that came first. */
    synchronized List<String> take(int max) {
        List<String> taken = new ArrayList<>();
        for (String key : keys) {
            if (taken.size() == max) {
                break;
            }
            taken.add(key);
        }
        taken.forEach(keys::remove);
        return taken;
    }
}
