// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.impl;

import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;

/** The catalog, in memory. */
public abstract class CatalogImpl implements Catalog {
    private static final long serialVersionUID = 1L;

    public void resolve(CatalogInfo object) {}
}
