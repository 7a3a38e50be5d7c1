// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A namespace: its prefix is the name of its workspace. */
public interface NamespaceInfo extends CatalogInfo {
    String getPrefix();

    void setPrefix(String prefix);

    String getName();

    String getURI();

    void setURI(String uri);
}
