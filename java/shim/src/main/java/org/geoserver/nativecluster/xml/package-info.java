// SPDX-License-Identifier: GPL-2.0-or-later
/** A form of GeoServer's XML that is equal on all nodes whenever the objects are equal, so that digests can be compared. */
package org.geoserver.nativecluster.xml;
