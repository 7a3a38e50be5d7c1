// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.event;

import org.geoserver.catalog.CatalogInfo;

/** An object is about to be added. */
public interface CatalogBeforeAddEvent extends CatalogEvent {
    CatalogInfo getSource();
}
