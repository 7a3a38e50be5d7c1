// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** What a layer shows. */
public interface ResourceInfo extends CatalogInfo {
    String getName();

    String prefixedName();

    NamespaceInfo getNamespace();

    StoreInfo getStore();
}
