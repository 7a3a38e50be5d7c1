// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What GeoServer's WPS shares: the statuses of processes, their files, and their dismissal. It reaches the cluster through
 * {@link org.geoserver.nativecluster.wps.ClusterNode} and leaves GeoServer as it is where there is none.
 */
package org.geoserver.nativecluster.wps;
