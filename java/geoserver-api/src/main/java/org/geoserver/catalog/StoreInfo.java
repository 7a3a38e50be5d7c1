// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.util.Map;

/** A store. */
public interface StoreInfo extends CatalogInfo {
    String getName();

    String getType();

    boolean isEnabled();

    WorkspaceInfo getWorkspace();

    Map<String, java.io.Serializable> getConnectionParameters();
}
