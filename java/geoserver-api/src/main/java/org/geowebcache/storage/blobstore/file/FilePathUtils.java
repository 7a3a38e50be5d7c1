// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.storage.blobstore.file;

/** Names of files of tiles. */
public class FilePathUtils {
    public static String filteredLayerName(String layerName) {
        return layerName.replace(':', '_').replace(' ', '_');
    }
}
