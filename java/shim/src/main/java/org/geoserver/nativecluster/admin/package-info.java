// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The module in GeoServer: which beans it adds, when it joins and leaves the cluster, its configuration, its log and its
 * line on the status page.
 */
package org.geoserver.nativecluster.admin;
