// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.ows;

/** A request in the dispatcher; only named here, since it has servlet types that differ between GeoServer lines. */
public class Request {}
