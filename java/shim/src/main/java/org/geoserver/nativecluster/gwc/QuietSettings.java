// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.gwc.config.GWCConfigPersister;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.GeoServerResourceLoader;

/** Writes the global settings, unless another node did, into the data directory that both share: then they only count here. */
public final class QuietSettings extends GWCConfigPersister {
    /** What another node has written since this one read or wrote the file. */
    private volatile GWCConfig theirs;

    public QuietSettings(XStreamPersisterFactory persisters, GeoServerResourceLoader loader) {
        super(persisters, loader);
    }

    @Override
    public GWCConfig getConfig() {
        GWCConfig config = theirs;
        return config == null ? super.getConfig() : config;
    }

    @Override
    public void save(GWCConfig config) throws IOException {
        if (Applying.inMemoryOnly()) {
            theirs = config;
        } else {
            super.save(config);
            theirs = null;
        }
    }
}
