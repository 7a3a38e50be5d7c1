// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A map; GeoServer keeps none on disk. */
public interface MapInfo extends CatalogInfo {
    String getName();
}
