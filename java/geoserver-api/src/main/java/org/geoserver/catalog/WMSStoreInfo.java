// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A cascaded WMS. */
public interface WMSStoreInfo extends HTTPStoreInfo {}
