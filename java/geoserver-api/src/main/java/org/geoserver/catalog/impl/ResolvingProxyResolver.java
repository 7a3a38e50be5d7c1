// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.impl;

import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;

/** Replaces stand-ins by the catalog's objects. */
public class ResolvingProxyResolver {
    private ResolvingProxyResolver() {}

    public static void resolve(CatalogInfo object, Catalog catalog) {}
}
