// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.layer;

/** Settings of a layer's tiles. */
public interface GeoServerTileLayerInfo extends java.io.Serializable, Cloneable {
    String getId();

    String getName();
}
