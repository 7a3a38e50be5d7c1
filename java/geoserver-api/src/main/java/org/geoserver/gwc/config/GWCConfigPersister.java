// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.config;

import java.io.IOException;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.platform.GeoServerResourceLoader;

/** Reads and writes the global settings. */
public class GWCConfigPersister {
    public GWCConfigPersister(XStreamPersisterFactory persisters, GeoServerResourceLoader loader) {}

    public GWCConfig getConfig() {
        throw new UnsupportedOperationException();
    }

    public void save(GWCConfig config) throws IOException {}
}
