// SPDX-License-Identifier: GPL-2.0-or-later
/** Active clustering in a real GeoServer: what its tests, its benchmark and its demonstration have in common. */
package org.geoserver.nativecluster.suite.active;
