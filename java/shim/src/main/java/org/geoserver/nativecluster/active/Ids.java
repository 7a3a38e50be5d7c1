// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

/**
 * The ids of catalog objects: the same on all nodes, unless a node had an object of the same name before it joined; then it
 * keeps its own id, and this is where both are known.
 */
public interface Ids {
    /** The cluster's id of an object of this node; the same text if it has no other. */
    String toCluster(String localId);

    /** This node's id of an object of the cluster; the same text if it has no other. */
    String toLocal(String clusterId);
}
