// SPDX-License-Identifier: GPL-2.0-or-later
/**
 * GeoServer's configuration as shared objects: global, logging, settings of workspaces, and services, global and of workspaces.
 *
 * <p>{@link org.geoserver.nativecluster.config.ConfigPart} knows the keys and hears the events; a {@link
 * org.geoserver.nativecluster.config.Section} is one kind of object.
 */
package org.geoserver.nativecluster.config;
