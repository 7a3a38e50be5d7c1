// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

/** A layer of a cascaded WMS. */
public interface WMSLayerInfo extends ResourceInfo {}
