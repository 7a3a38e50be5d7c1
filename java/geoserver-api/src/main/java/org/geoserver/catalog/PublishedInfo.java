// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A layer or a group. */
public interface PublishedInfo extends CatalogInfo {
    String getName();

    String prefixedName();
}
