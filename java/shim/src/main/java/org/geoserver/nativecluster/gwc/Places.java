// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.geoserver.gwc.GWC;
import org.geowebcache.config.BlobStoreInfo;

/**
 * Tells which store a layer's tiles are in, so that several nodes can see whether it is the same one. A folder has a file with
 * a random name for that: its path may differ, and equal paths on two hosts may be two folders.
 */
final class Places {
    private static final String FILE = ".gs-native-cluster-id";

    private final Supplier<GWC> gwc;
    private final Path usual;

    /** @param usual where tiles are that have no store of their own */
    Places(Supplier<GWC> gwc, Path usual) {
        this.gwc = gwc;
        this.usual = usual;
    }

    /** By layer, the name of the store of its tiles; empty if it is not known, which is equal to no other. */
    Map<String, String> of(Collection<String> layers) {
        Map<String, String> places = new TreeMap<>();
        Map<String, String> names = new HashMap<>();
        for (String layer : layers) {
            String location = locationOf(layer);
            places.put(layer, location == null ? "" : names.computeIfAbsent(location, Places::name));
        }
        return places;
    }

    private String locationOf(String layer) {
        try {
            return location(gwc.get().getTileLayerByName(layer).getBlobStoreId());
        } catch (RuntimeException e) {
            return null;
        }
    }

    private String location(String blobStore) {
        if (blobStore == null) {
            BlobStoreInfo usualStore = gwc.get().getDefaultBlobStore();
            return usualStore == null ? usual.toString() : usualStore.getLocation();
        }
        for (BlobStoreInfo store : gwc.get().getBlobStores()) {
            if (blobStore.equals(store.getName())) {
                return store.getLocation();
            }
        }
        return null;
    }

    private static Path path(String location) {
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static String name(String location) {
        try {
            return name(location, path(location));
        } catch (IOException e) {
            return "";
        }
    }

    private static String name(String location, Path path) throws IOException {
        if (path == null || !path.isAbsolute()) {
            return location;
        }
        Path folder = Files.isDirectory(path) ? path : path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "";
        }
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            try {
                Files.writeString(file, UUID.randomUUID().toString(), StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException e) {
                // another node was faster
                return Files.readString(file);
            }
        }
        return Files.readString(file);
    }
}
