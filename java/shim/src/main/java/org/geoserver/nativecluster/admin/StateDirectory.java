// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.io.File;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/**
 * Where a node keeps its replica over a restart. By default in the data directory, which is durable, under a name of its
 * own, because several hosts may share one. Several nodes may also share host and data directory: the one that finds
 * the first directory in use takes the second, and so on.
 */
final class StateDirectory {
    /** Most nodes of one host in one data directory. */
    static final int MAX_PER_HOST = 16;

    private final Path first;

    StateDirectory(File dataDirectory, Settings settings) {
        this.first = dataDirectory.toPath().resolve("cluster-state").resolve(name(settings));
    }

    /** The directory to try as the first, the second, and so on. */
    Path attempt(int number) {
        return number == 1 ? first : first.resolveSibling(first.getFileName() + "-" + number);
    }

    private static String name(Settings settings) {
        String instance = settings.get(Settings.INSTANCE);
        String name = instance == null ? host() : instance;
        String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^[.]+", "_");
        return safe.isEmpty() ? "node" : safe;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
