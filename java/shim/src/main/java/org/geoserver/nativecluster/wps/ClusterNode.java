// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.Event;

/** This node's place in the cluster. */
public interface ClusterNode {
    /** The cluster, or null if there is none: then GeoServer's own behaviour is wanted. */
    Cluster cluster();

    /** The id of this node among the members; new at each start. */
    String memberId();

    /** True if the member is known to be up. */
    boolean isUp(String memberId);

    /** Hears of all events from now on, on the thread that fetches them: it must not be held up. */
    void listen(Consumer<Event> listener);
}
