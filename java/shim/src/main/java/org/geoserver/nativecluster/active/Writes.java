// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geotools.util.logging.Logging;

/**
 * What of applications has yet to be written to disk. Those who read GeoServer's configuration need not wait for that, so it is
 * done when the lock is theirs again; the cluster is told when it is done. Of one thread.
 */
public final class Writes {
    private static final Logger LOGGER = Logging.getLogger(Writes.class);

    private record Write(String key, Runnable what) {}

    private List<Write> waiting = new ArrayList<>();
    private String key;

    /** Whose application begins. */
    void begin(String applied) {
        key = applied;
    }

    void add(Runnable what) {
        waiting.add(new Write(key, what));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether something of the application of a key is not written yet. */
    boolean has(String applied) {
        return waiting.stream().anyMatch(write -> applied.equals(write.key()));
    }

    /**
     * Carries out all, in the order in which they came. What fails is tried again the next time.
     *
     * @return what failed, and why, by key
     */
    public Map<String, String> carryOut() {
        Map<String, String> failed = new HashMap<>();
        List<Write> left = new ArrayList<>();
        for (Write write : waiting) {
            try {
                write.what().run();
            } catch (RuntimeException | LinkageError e) {
                LOGGER.log(Level.WARNING, "Applied, but not on disk yet: " + write.key(), e);
                failed.put(write.key(), "It cannot be written to disk: " + e.getMessage());
                left.add(write);
            }
        }
        waiting = left;
        return failed;
    }

    /** All was read anew from disk, so what was applied is not there any more. */
    void forget() {
        waiting.clear();
    }
}
