// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A workspace. */
public interface WorkspaceInfo extends CatalogInfo {
    String getName();

    void setName(String name);
}
