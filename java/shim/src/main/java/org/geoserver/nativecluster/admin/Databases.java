// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * GeoServer's community modules that keep the catalog, or all of the data directory's files, in a database: several nodes would
 * write one and the same rows, each with what it knows.
 */
final class Databases {
    /** Each has its settings in a folder of its name. */
    private static final List<String> MODULES = List.of("jdbcconfig", "jdbcstore");

    private Databases() {}

    /** Why nothing can be shared, or null. */
    static String objection(Path dataDirectory) {
        for (String module : MODULES) {
            Path file = dataDirectory.resolve(module).resolve(module + ".properties");
            Properties settings = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            } catch (NoSuchFileException e) {
                continue;
            } catch (IOException | IllegalArgumentException e) {
                return file + " cannot be read, so it is not known whether GeoServer's configuration is in a database: " + e;
            }
            if (settings.getProperty("enabled", "false").trim().equalsIgnoreCase("true")) {
                return "GeoServer keeps its configuration in a database (" + file + " says enabled=true), and what is shared is what "
                        + "nodes have in data directories. Switch that module off on all nodes, or geoserver.cluster.active";
            }
        }
        return null;
    }
}
