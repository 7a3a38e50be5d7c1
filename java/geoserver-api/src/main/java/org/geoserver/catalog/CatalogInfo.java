// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.util.Date;

/** An object of the catalog. */
public interface CatalogInfo extends Info {
    default Date getDateModified() {
        return null;
    }

    default Date getDateCreated() {
        return null;
    }

    default void setDateCreated(Date date) {}

    default void setDateModified(Date date) {}

    default String getModifiedBy() {
        return null;
    }

    default void setModifiedBy(String name) {}
}
