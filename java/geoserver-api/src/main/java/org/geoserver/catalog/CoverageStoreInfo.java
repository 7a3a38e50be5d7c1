// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A store of raster data. */
public interface CoverageStoreInfo extends StoreInfo {
    String getURL();
}
