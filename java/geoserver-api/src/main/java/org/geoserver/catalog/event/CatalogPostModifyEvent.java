// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog.event;

import java.util.List;

/** An object was changed. */
public interface CatalogPostModifyEvent extends CatalogEvent {
    List<String> getPropertyNames();

    List<Object> getOldValues();

    List<Object> getNewValues();
}
