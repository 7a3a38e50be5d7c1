// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import org.geoserver.config.GeoServer;

/** There is no configuration to speak of. */
public final class StandInGeoServer implements GeoServer {}
