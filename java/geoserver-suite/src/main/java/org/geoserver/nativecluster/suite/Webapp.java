// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * GeoServer as an unpacked geoserver.war.
 *
 * @param folder the one with WEB-INF
 */
public record Webapp(Path folder) {
    private static final Pattern SPRING = Pattern.compile("spring-web-([0-9]+)[.].*[.]jar");

    /** The first Spring that uses jakarta.servlet. */
    private static final int JAKARTA_SPRING = 6;

    /** Where its jars are, and extensions belong. */
    public Path lib() {
        return folder.resolve("WEB-INF/lib");
    }

    /** The jars, sorted by name. */
    public List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(lib())) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().collect(Collectors.toList());
        }
    }

    /** Whether it uses jakarta.servlet and not javax.servlet. */
    public boolean isJakarta() throws IOException {
        for (Path jar : jars()) {
            Matcher spring = SPRING.matcher(jar.getFileName().toString());
            if (spring.matches()) {
                return Integer.parseInt(spring.group(1)) >= JAKARTA_SPRING;
            }
        }
        throw new IOException(lib() + " has no spring-web: " + folder + " is no unpacked geoserver.war");
    }

    /** A web application of its own with the same content; jars are linked where the file system allows it. */
    public Webapp copyTo(Path target) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                if (dir.equals(folder.resolve("data"))) {
                    // its own data directory: each node has another
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(target.resolve(folder.relativize(dir)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copy(file, target.resolve(folder.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
        return new Webapp(target);
    }

    private static void copy(Path file, Path target) throws IOException {
        if (file.toString().endsWith(".jar")) {
            try {
                Files.createLink(target, file.toRealPath());
                return;
            } catch (IOException | UnsupportedOperationException e) {
                // another file system: copied below
            }
        }
        Files.copy(file, target);
    }
}
