// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.gwc.config.GWCConfig;
import org.geoserver.gwc.config.GWCConfigPersister;
import org.geoserver.gwc.layer.DefaultTileLayerCatalog;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.resource.Resource;
import org.geotools.util.logging.Logging;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.storage.blobstore.file.FilePathUtils;

/**
 * A folder that looks to GeoServer like a data directory: its own persisters, with their own lists of what may be read, read
 * there what came from others.
 */
class Scratch {
    private static final Logger LOGGER = Logging.getLogger(Scratch.class);
    static final String LAYERS = "gwc-layers";
    private static final String GLOBAL = "gwc-gs.xml";

    private final Path folder;
    private final XMLConfiguration configuration;
    private final XStreamPersisterFactory persisters;
    private GeoServerResourceLoader loader;
    private DefaultTileLayerCatalog layers;

    /** How GeoServer reads one file; null if this version does not have it. */
    private Method readOne;

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
                readOne = readOne();
            }
            if (readOne != null) {
                return (GeoServerTileLayerInfo) readOne.invoke(layers, loader().get(LAYERS + '/' + file.getFileName()));
            }
            layers.initialize();
            return layers.getLayerById(id);
        } catch (InvocationTargetException e) {
            LOGGER.log(Level.WARNING, "These settings of tiles cannot be read: " + id, e.getCause());
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.delete(file);
        }
    }

    /**
     * How GeoServer reads one file, or null: to read all anew takes a pool of threads, and an XStream for each, milliseconds in
     * which everybody waits.
     */
    static Method readOne() {
        try {
            Method method = DefaultTileLayerCatalog.class.getDeclaredMethod("depersist", Resource.class);
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException | InaccessibleObjectException e) {
            return null;
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
        if (loader == null) {
            loader = new GeoServerResourceLoader(folder.toFile());
        }
        return loader;
    }
}
