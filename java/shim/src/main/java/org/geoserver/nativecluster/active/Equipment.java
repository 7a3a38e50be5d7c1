// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.List;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/** What active clustering works with, to be asked for when GeoServer is up. */
public interface Equipment {
    /** Why nothing can be shared, or null. Asked first. */
    String objection();

    /**
     * What all nodes share.
     *
     * @param wake to be called when something may be pending
     */
    SharedObjects objects(Runnable wake);

    /** The families that this node shares. */
    List<Part> parts();
}
