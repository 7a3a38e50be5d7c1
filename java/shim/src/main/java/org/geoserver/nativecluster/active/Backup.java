// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Copies of the configuration, before a node becomes like the cluster: the XML files and what lies beside them as text, without
 * data. They are never removed, and put back by copying one over the data directory while GeoServer is down.
 */
public final class Backup {
    private static final String FOLDER = "cluster-backup";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");

    private static final Set<String> TREES = Set.of("workspaces", "styles", "security", "gwc", "gwc-layers", "user_projections");

    private static final Path STYLES = Path.of("styles");

    private static final Set<String> ENDINGS =
            Set.of("xml", "properties", "sld", "css", "ysld", "json", "ftl", "conf", "jceks", "digest1", "passwd");

    private Backup() {}

    /** Returns where it is. */
    static Path make(Path dataDirectory, LocalDateTime now) throws IOException {
        Path target = folder(dataDirectory, now);
        Files.walkFileTree(dataDirectory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean root = folder.equals(dataDirectory);
                boolean tree = folder.getParent().equals(dataDirectory)
                        && TREES.contains(folder.getFileName().toString());
                boolean within = !root && !folder.getParent().equals(dataDirectory);
                return root || tree || within ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && isConfiguration(dataDirectory.relativize(file))) {
                    Path copy = target.resolve(dataDirectory.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return target;
    }

    /**
     * Moves a folder of the data directory there, whole. Returns where it is.
     *
     * @param folder below the data directory
     */
    public static Path aside(Path dataDirectory, Path folder, LocalDateTime now) throws IOException {
        Path target = folder(dataDirectory, now).resolve(dataDirectory.relativize(folder));
        Files.createDirectories(target.getParent());
        return Files.move(folder, target);
    }

    private static Path folder(Path dataDirectory, LocalDateTime now) throws IOException {
        Path folders = Files.createDirectories(dataDirectory.resolve(FOLDER));
        Path backup = folders.resolve(TIME.format(now));
        for (int next = 2; Files.exists(backup); next++) {
            backup = folders.resolve(TIME.format(now) + "-" + next);
        }
        Path target = Files.createDirectory(backup);
        if (Files.getFileStore(target).supportsFileAttributeView("posix")) {
            // it holds what the configuration holds: keys and passwords
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        }
        return target;
    }

    /** Beside styles lie graphics and fonts of any kind; security has files without an ending. */
    private static boolean isConfiguration(Path file) {
        if (StreamSupport.stream(file.spliterator(), false).anyMatch(STYLES::equals)) {
            return true;
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 || ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }
}
