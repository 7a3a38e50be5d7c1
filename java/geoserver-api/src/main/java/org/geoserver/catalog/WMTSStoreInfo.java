// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A cascaded WMTS. */
public interface WMTSStoreInfo extends HTTPStoreInfo {}
