// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.io.File;
import org.geoserver.platform.resource.FileSystemResourceStore;
import org.geoserver.platform.resource.Resource;

/** Gives access to the data directory. */
public class GeoServerResourceLoader {
    private final File baseDirectory;
    private final FileSystemResourceStore store;

    public GeoServerResourceLoader(File baseDirectory) {
        this.baseDirectory = baseDirectory;
        this.store = new FileSystemResourceStore(baseDirectory);
    }

    public Resource get(String path) {
        return store.get(path);
    }

    public File getBaseDirectory() {
        return baseDirectory;
    }
}
