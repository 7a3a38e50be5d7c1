// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.event;

import org.geoserver.catalog.CatalogInfo;

/** An object was removed. */
public interface CatalogRemoveEvent extends CatalogEvent {
    CatalogInfo getSource();
}
