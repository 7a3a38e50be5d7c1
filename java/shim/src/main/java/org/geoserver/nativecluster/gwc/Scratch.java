// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.gwc.config.GWCConfigPersister;
import org.geoserver.gwc.layer.DefaultTileLayerCatalog;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.storage.blobstore.file.FilePathUtils;

/**
 * A folder that looks to GeoServer like a data directory: its own persisters, with their own lists of what may be read, read
 * there what came from others.
 */
class Scratch {
    private static final String LAYERS = "gwc-layers";
    private static final String GLOBAL = "gwc-gs.xml";

    private final Path folder;
    private final XMLConfiguration configuration;
    private final XStreamPersisterFactory persisters;
    private DefaultTileLayerCatalog layers;

    Scratch(Path folder, XMLConfiguration configuration, XStreamPersisterFactory persisters) {
        this.folder = folder;
        this.configuration = configuration;
        this.persisters = persisters;
    }

    /** The name that GeoServer gives to the file of a layer's tiles. */
    static String fileName(String id) {
        return FilePathUtils.filteredLayerName(id) + ".xml";
    }

    /** Null if GeoServer cannot read it; it says why in its log. */
    GeoServerTileLayerInfo tileLayer(byte[] xml, String id) throws IOException {
        Path file = Files.createDirectories(folder.resolve(LAYERS)).resolve(fileName(id));
        Files.write(file, xml);
        try {
            if (layers == null) {
                layers = new DefaultTileLayerCatalog(loader(), configuration);
            }
            layers.initialize();
            return layers.getLayerById(id);
        } finally {
            Files.delete(file);
        }
    }

    /** Defaults if GeoServer cannot read it. */
    GWCConfig global(byte[] xml) throws IOException {
        Path file = Files.createDirectories(folder).resolve(GLOBAL);
        Files.write(file, xml);
        try {
            return new GWCConfigPersister(persisters, loader()).getConfig();
        } finally {
            Files.delete(file);
        }
    }

    private GeoServerResourceLoader loader() {
        return new GeoServerResourceLoader(new File(folder.toString()));
    }
}
