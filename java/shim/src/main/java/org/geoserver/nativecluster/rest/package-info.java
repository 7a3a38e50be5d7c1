// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * What administrators see and do over GeoServer's REST, below {@code /rest/cluster/}. GeoServer's rules for REST protect it:
 * by default only administrators may call anything there. The documents are JSON, made here as text: GeoServer 2.28 and 3.0
 * ship different JSON libraries and different servlet APIs, so neither is used.
 */
package org.geoserver.nativecluster.rest;
