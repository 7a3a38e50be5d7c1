// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * The tile cache as shared objects: settings of layers' tiles, global settings, grid sets and blob stores, disk quota, and
 * truncations. Tiles themselves are not shared. Loaded only in a GeoServer that has GeoWebCache.
 *
 * <p>What GeoWebCache writes is read from its files; what others wrote is read by GeoServer's own persisters, off to the side,
 * and handed to GeoWebCache as if it had been edited here, so that it answers accordingly at once.
 */
package org.geoserver.nativecluster.gwc;
