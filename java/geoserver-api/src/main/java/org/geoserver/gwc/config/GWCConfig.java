// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.config;

/** Global settings of the tile cache. */
public class GWCConfig implements Cloneable, java.io.Serializable {
    private static final long serialVersionUID = 1;

    public GWCConfig() {}
}
