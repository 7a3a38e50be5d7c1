// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.File;
import org.geoserver.platform.resource.FileSystemResourceStore;
import org.geoserver.wps.resource.DefaultProcessArtifactsStore;
import org.geoserver.wps.resource.ProcessArtifactsStore;
import org.geoserver.wps.resource.WPSResourceManager;

/** Tells the artifacts store where its files belong, if it is GeoServer's or descends from it, as GeoServer does. */
public final class StandInInitializer {
    public StandInInitializer(WPSResourceManager resources, File dataDirectory) {
        ProcessArtifactsStore store = resources.getArtifactsStore();
        if (store instanceof DefaultProcessArtifactsStore) {
            ((DefaultProcessArtifactsStore) store)
                    .setResourceStore(new FileSystemResourceStore(new File(dataDirectory, "temp/wps")));
        }
    }
}
