// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import org.geoserver.catalog.Info;

/** The global configuration. */
public interface GeoServerInfo extends Info {
    long getUpdateSequence();

    void setUpdateSequence(long value);
}
