// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.List;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/**
 * What an administrator may ask of active clustering on this node. Safe for use by many threads; what fails says why in the
 * message of its exception.
 */
public interface Administration {
    /**
     * An object of this node that is not, or not yet, what the cluster says.
     *
     * @param key its key
     * @param reason why: what it waits for, or what failed
     * @param node the name of the node that wrote the cluster's version, or null
     * @param when that was, milliseconds since the epoch; 0 if unknown
     */
    record Difference(String key, String reason, String node, long when) {}

    /** Whether this node shares its catalog now. */
    boolean isActive();

    /** Whether it takes changes of others only. */
    boolean isReadOnly();

    /** One line for the administrator: what is shared, or why nothing is. */
    String summary();

    /** The objects of the cluster; null if nothing is shared. */
    SharedObjects objects();

    /** What waits to be published here; 0 when all is told. */
    int unpublished();

    /** What differs here from what the cluster says, at most {@code max}. */
    List<Difference> differences(int max);

    /**
     * Compares all that is here with what the cluster says, and removes the differences: what was changed here alone is
     * published, what was changed elsewhere is applied.
     *
     * @param timeoutMillis how long to wait for the end of it; it goes on after that
     * @return whether it came to its end in time
     */
    boolean repair(long timeoutMillis) throws InterruptedException;

    /**
     * Puts a version that lost in its place, as an edit made here and now, and forgets it as a conflict.
     *
     * @throws IllegalArgumentException if there is no such conflict
     * @throws IllegalStateException if it cannot be put in place: says why
     */
    void restore(String conflictId);

    /** Reads GeoServer's configuration from the data directory again, on this node; then compares as {@link #repair} does. */
    void reload();
}
