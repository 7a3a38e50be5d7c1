// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.event;

import java.util.List;

/** An object is about to be changed. */
public interface CatalogModifyEvent extends CatalogEvent {
    List<String> getPropertyNames();

    List<Object> getOldValues();

    List<Object> getNewValues();
}
