// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * Active clustering: GeoServer's catalog, configuration and files as objects that all nodes share.
 *
 * <p>A {@link org.geoserver.nativecluster.active.Part} knows one family of objects: which there are on this node, what they
 * say in a form that is the same on all nodes, and how another node's version is put in place. The {@link
 * org.geoserver.nativecluster.nativelib.SharedObjects} (native) know what the cluster says, and what this node last agreed on.
 * The {@link org.geoserver.nativecluster.active.Replicator} stands between them: one thread that publishes what changed here
 * and applies what changed elsewhere.
 */
package org.geoserver.nativecluster.active;
