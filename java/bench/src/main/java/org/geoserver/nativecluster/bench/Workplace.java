// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A folder for the nodes' data and logs, deleted in the end, and what the nodes' JVMs run. */
final class Workplace implements AutoCloseable {
    private final Path folder;
    private final String shim;
    private final boolean keep;
    private boolean closed;

    Workplace(Options options) throws IOException {
        folder = Files.createTempDirectory("gs-native-cluster-bench-");
        keep = options.has("--keep");
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        shim = options.get("--shim") != null ? options.get("--shim") : unpack(options.get("--zip"));
    }

    private String unpack(String zip) throws IOException {
        if (zip == null) {
            throw new IllegalArgumentException("--zip FILE is missing");
        }
        try (ZipFile archive = new ZipFile(zip)) {
            ZipEntry entry = archive.stream()
                    .filter(file -> file.getName().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(zip + " holds no jar"));
            Path jar = folder.resolve("gs-native-cluster.jar");
            try (InputStream in = archive.getInputStream(entry)) {
                Files.copy(in, jar);
            }
            return jar.toString();
        }
    }

    Path folder() {
        return folder;
    }

    /** What a node of that kind has on its class path. */
    String classPath(String kind) {
        String path = System.getProperty("java.class.path");
        return kind.equals("hazelcast") ? path : shim + File.pathSeparator + path;
    }

    /** Deletes a folder of the workplace. */
    void delete(Path of) throws IOException {
        try (Stream<Path> files = Files.walk(of)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Deletes the folder; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (keep) {
            System.out.println("The nodes' data and logs are in " + folder);
            return;
        }
        try {
            delete(folder);
        } catch (IOException e) {
            System.err.println(folder + " could not be deleted: " + e);
        }
    }
}
