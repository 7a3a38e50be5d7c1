// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A store of vector data. */
public interface DataStoreInfo extends StoreInfo {}
