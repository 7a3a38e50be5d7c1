// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What of the configuration stays per node: names of elements in GeoServer's XML, or the last names of their paths with dots,
 * such as {@code proxyBaseUrl}, {@code jai.tileThreads}, {@code global.settings.verbose}.
 */
final class NodeLocal {
    /** Where a node is, what it can bear, and what only its own files or beans explain. */
    static final List<String> DEFAULT = List.of(
            "proxyBaseUrl",
            "coverageAccess",
            "jai.tileThreads",
            "jai.tilePriority",
            "jai.memoryCapacity",
            "jai.memoryThreshold",
            "lockProviderName",
            "webUIMode",
            "global.adminUsername",
            "global.adminPassword",
            "logging.location",
            "wps.storageDirectory");

    private NodeLocal() {}

    /**
     * @param setting comma-separated names that are added, and, with a minus sign before them, names of the default list that
     *     are left out of it; may be null
     */
    static Collection<String> names(String setting) {
        Set<String> names = new LinkedHashSet<>(DEFAULT);
        for (String name : (setting == null ? "" : setting).split(",")) {
            String trimmed = name.trim();
            if (trimmed.startsWith("-")) {
                names.remove(trimmed.substring(1).trim());
            } else if (!trimmed.isEmpty()) {
                names.add(trimmed);
            }
        }
        return names;
    }
}
