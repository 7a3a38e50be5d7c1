// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

/** GeoServer's configuration; only named here, as a parameter of the WPS execution manager. */
public interface GeoServer {}
