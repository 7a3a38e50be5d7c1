// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.Serializable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CoverageStoreInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.config.impl.GeoServerLifecycleHandler;
import org.geotools.referencing.CRS;
import org.geotools.util.logging.Logging;

/**
 * What GeoServer keeps of files: parsed styles, graphics and fonts, projections, open stores. Templates, palettes, layouts
 * and the files of {@code www} are read anew, or compared with the file, by whoever uses them.
 */
final class GeoServerCaches implements FileCaches {
    private static final String GRAPHICS = "org.geoserver.wms.WMSLifecycleHandler";
    private static final String PROJECTIONS = "org.vfny.geoserver.crs.CustomCRSAuthorityLoader";

    private static final Set<String> STYLES = Set.of("sld", "css", "ysld", "yaml", "json", "mbstyle");
    private static final Set<String> GRAPHIC_FILES =
            Set.of("svg", "png", "gif", "jpg", "jpeg", "bmp", "webp", "tif", "tiff", "ttf", "otf");

    private static final Logger LOGGER = Logging.getLogger(GeoServerCaches.class);

    private final Catalog catalog;
    private final Path base;
    private final Supplier<List<GeoServerLifecycleHandler>> handlers;

    /** @param handlers those who forget what they keep when GeoServer is told to */
    GeoServerCaches(Catalog catalog, Path base, Supplier<List<GeoServerLifecycleHandler>> handlers) {
        this.catalog = catalog;
        this.base = base;
        this.handlers = handlers;
    }

    @Override
    public void changed(Collection<String> paths) {
        try {
            Set<String> bodies = clearStyles(paths);
            if (paths.stream().anyMatch(path -> !bodies.contains(path) && isGraphic(path))) {
                reset(GRAPHICS);
            }
            if (paths.stream().anyMatch(path -> path.startsWith("user_projections/"))) {
                CRS.reset("all");
                reset(PROJECTIONS);
            }
            closeStores(paths);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "What GeoServer keeps of " + paths + " could not be cleared: it may be outdated", e);
        }
    }

    private Set<String> clearStyles(Collection<String> paths) {
        Set<String> bodies = new HashSet<>();
        if (paths.stream().noneMatch(path -> path.contains("styles/"))) {
            return bodies;
        }
        for (StyleInfo style : catalog.getStyles()) {
            String path = StyleBodies.path(style);
            if (path != null && paths.contains(path)) {
                catalog.getResourcePool().clear(style);
                bodies.add(path);
            }
        }
        return bodies;
    }

    /** In a folder of styles all may be one but the styles; elsewhere, what usually is one. */
    private static boolean isGraphic(String path) {
        String extension = SharedPaths.extension(path);
        boolean ofStyles = path.startsWith("styles/") || path.startsWith("workspaces/") && path.contains("/styles/");
        return ofStyles ? !STYLES.contains(extension) : GRAPHIC_FILES.contains(extension);
    }

    private void reset(String handler) {
        for (GeoServerLifecycleHandler candidate : handlers.get()) {
            if (candidate.getClass().getName().equals(handler)) {
                candidate.onReset();
            }
        }
    }

    /** Closes the stores that read from these files, so that they are opened anew. */
    private void closeStores(Collection<String> paths) {
        List<Path> files = new ArrayList<>();
        for (String path : paths) {
            if (!path.contains("styles/") && !path.startsWith("user_projections/") && !path.endsWith(".ftl")) {
                files.add(base.resolve(path));
            }
        }
        if (files.isEmpty()) {
            return;
        }
        for (CoverageStoreInfo store : catalog.getStores(CoverageStoreInfo.class)) {
            if (readsOneOf(store.getURL(), files)) {
                catalog.getResourcePool().clear(store);
            }
        }
        for (DataStoreInfo store : catalog.getStores(DataStoreInfo.class)) {
            for (Serializable parameter : store.getConnectionParameters().values()) {
                if (parameter != null && readsOneOf(parameter.toString(), files)) {
                    catalog.getResourcePool().clear(store);
                    break;
                }
            }
        }
    }

    /** Whether it is the location of one of the files, of a folder of theirs, or of a file beside with the same stem. */
    private boolean readsOneOf(String location, List<Path> files) {
        if (location == null || !location.startsWith("file:") && !location.startsWith("/")) {
            return false;
        }
        Path place;
        try {
            place = base.resolve(location.replaceFirst("^file:(?://(?=/)|//)?", "")).normalize();
        } catch (InvalidPathException e) {
            return false;
        }
        return files.stream().anyMatch(file -> file.startsWith(place) || stem(file).equals(stem(place)));
    }

    private static Path stem(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        int dot = name.indexOf('.');
        return dot <= 0 ? file : file.resolveSibling(name.substring(0, dot));
    }
}
