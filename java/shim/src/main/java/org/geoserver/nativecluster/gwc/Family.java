// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.util.function.Consumer;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/** Some of the tile cache's objects. What is asked of it is what is asked of a {@link Part}. */
interface Family {
    boolean has(String key);

    int order();

    void start(Consumer<String> changed);

    void snapshot(Part.Snapshot snapshot);

    Part.Local read(String key);

    Part.Applied apply(Pending pending);

    /** Whether a file may say something else than GeoWebCache has in memory: then somebody else has written it. */
    default boolean isBehind(String key) {
        return false;
    }

    /**
     * Has GeoWebCache take what the files say. Runs under GeoServer's configuration lock for writing, as an application in
     * memory alone.
     *
     * @return why that is not possible, or null
     */
    default String follow() {
        throw new UnsupportedOperationException();
    }

    default void stop() {}
}
