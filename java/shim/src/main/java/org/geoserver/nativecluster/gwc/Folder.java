// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.files.DataDirectory;
import org.geoserver.nativecluster.files.DataDirectory.Look;
import org.geoserver.nativecluster.files.FileChanges;
import org.geoserver.nativecluster.files.Later;
import org.geoserver.nativecluster.files.Selection;
import org.geoserver.nativecluster.nativelib.FileWatch;

/** Files with certain names in one folder, where GeoWebCache keeps its settings; not what is in the folders below it. */
final class Folder {
    private final DataDirectory directory;
    private final FileChanges changes;

    Folder(File folder, Predicate<String> names, FileWatch watch, Later later, ConfigurationGate gate) throws IOException {
        Files.createDirectories(folder.toPath());
        directory = new DataDirectory(folder, new Selection() {
            @Override
            public List<String> roots() {
                return List.of("");
            }

            @Override
            public List<String> excluded() {
                return List.of(FileWatch.ALL);
            }

            @Override
            public boolean contains(String path) {
                return path.indexOf('/') < 0 && names.test(path);
            }
        });
        changes = new FileChanges(directory, watch, later, gate);
    }

    /** {@code changed} is called with the name of a file. */
    void start(Consumer<String> changed) {
        changes.start(changed);
    }

    /** The names of the files that are here, and when they were changed. */
    Map<String, Long> files() throws IOException {
        Map<String, Long> files = new TreeMap<>();
        for (Map.Entry<String, Look> file : directory.walk("").entrySet()) {
            changes.know(file.getKey(), file.getValue());
            files.put(file.getKey(), file.getValue().modified().toMillis());
        }
        return files;
    }

    Path file(String name) {
        return directory.file(name);
    }

    /** The content of a file, or null if it is not there: one that cannot be read is no reason to think so. */
    byte[] read(String name) {
        try {
            return Files.readAllBytes(file(name));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long modified(String name) {
        return file(name).toFile().lastModified();
    }
}
