// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Where the shim is loaded from: what would be in WEB-INF/lib.
 *
 * @param urls its jars and folders
 */
public record Installation(URL[] urls) {
    /** Unpacks the jars of the finished zip into a folder, as the installation of the extension does. */
    public static Installation ofZip(Path zip, Path lib) throws IOException {
        Files.createDirectories(lib);
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = archive.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                Path target = lib.resolve(entry.getName()).normalize();
                if (entry.getName().endsWith(".jar") && lib.equals(target.getParent())) {
                    try (InputStream jar = archive.getInputStream(entry)) {
                        Files.copy(jar, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
        try (Stream<Path> jars = Files.list(lib)) {
            return new Installation(jars.map(Installation::url).toArray(URL[]::new));
        }
    }

    /** The jars and folders of a class path. */
    public static Installation ofClassPath(String path) {
        return new Installation(Stream.of(path.split(File.pathSeparator))
                .map(entry -> url(Path.of(entry)))
                .toArray(URL[]::new));
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
