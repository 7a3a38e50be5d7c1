// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A cascaded service. */
public interface HTTPStoreInfo extends StoreInfo {}
