// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.resource.Resource;
import org.geotools.util.logging.Logging;

/**
 * hazelcast.xml in the root of the data directory.
 *
 * @param path where it is, for messages
 * @param xml what it says
 */
record ConfigFile(String path, String xml) {
    private static final String NAME = "hazelcast.xml";
    private static final Logger LOGGER = Logging.getLogger(ConfigFile.class);

    /** Reads the file, which is created with the documented content if there is none. */
    static ConfigFile read(GeoServerResourceLoader loader) throws IOException {
        Resource resource = loader.get(NAME);
        String path = new File(loader.getBaseDirectory(), NAME).getPath();
        if (resource.getType() == Resource.Type.UNDEFINED) {
            byte[] initial = initial();
            create(resource, initial, path);
            return new ConfigFile(path, new String(initial, StandardCharsets.UTF_8));
        }
        try (InputStream in = resource.in()) {
            return new ConfigFile(path, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static byte[] initial() throws IOException {
        try (InputStream in = ConfigFile.class.getResourceAsStream(NAME)) {
            if (in == null) {
                throw new IOException("the jar of gs-native-cluster has no " + NAME);
            }
            return in.readAllBytes();
        }
    }

    /** A data directory that cannot be written to does not keep the cluster from starting. */
    private static void create(Resource resource, byte[] content, String path) {
        try (OutputStream out = resource.out()) {
            out.write(content);
            LOGGER.info(path + " was created: by default GeoServers find each other by multicast");
        } catch (IOException | IllegalStateException e) {
            LOGGER.log(Level.WARNING, path + " cannot be created; its default content applies", e);
        }
    }
}
