// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A layer of a cascaded WMTS. */
public interface WMTSLayerInfo extends ResourceInfo {}
