// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform.resource;

import java.io.File;

/** A {@link ResourceStore} over a directory. */
public class FileSystemResourceStore implements ResourceStore {
    protected File baseDirectory;

    public FileSystemResourceStore(File resourceDirectory) {
        if (!resourceDirectory.isDirectory() && !resourceDirectory.mkdirs()) {
            throw new IllegalArgumentException("Unable to create directory " + resourceDirectory);
        }
        this.baseDirectory = resourceDirectory;
    }

    @Override
    public Resource get(String path) {
        for (String part : path.split("/")) {
            if (part.equals("..") || part.equals(".")) {
                throw new IllegalArgumentException("Relative paths are not allowed: " + path);
            }
        }
        return new FileResource(baseDirectory, path);
    }
}
