// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A style. */
public interface StyleInfo extends CatalogInfo {
    String getName();

    WorkspaceInfo getWorkspace();

    String getFormat();

    String getFilename();

    String prefixedName();
}
