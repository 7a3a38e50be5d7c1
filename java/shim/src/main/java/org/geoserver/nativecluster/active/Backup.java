// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.geotools.util.logging.Logging;

/**
 * Copies of the configuration, before a node becomes like the cluster: the XML files and what lies beside them as text, and the
 * shared files; no data, if that is not shared. They are never removed, and put back by copying one over the data directory while
 * GeoServer is down.
 */
public final class Backup {
    /** Where they are, in the data directory. */
    public static final String FOLDER = "cluster-backup";

    private static final Logger LOGGER = Logging.getLogger(Backup.class);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");

    private static final Set<String> TREES =
            Set.of("workspaces", "styles", "layergroups", "security", "gwc", "gwc-layers");

    private static final Path STYLES = Path.of("styles");

    private static final Set<String> ENDINGS =
            Set.of("xml", "properties", "sld", "css", "ysld", "json", "ftl", "conf", "jceks", "digest1", "passwd");

    private Backup() {}

    /**
     * Returns where it is. If it cannot be made, nothing is left of the attempt.
     *
     * @param shared the paths of shared files, below the data directory
     */
    static Path make(Path dataDirectory, Collection<String> shared, LocalDateTime now) throws IOException {
        Path data = dataDirectory.toRealPath();
        Path target = folder(data, now);
        try {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(data, Files::isRegularFile)) {
                for (Path file : files) {
                    copyIfConfiguration(data, file, target);
                }
            }
            for (String tree : TREES) {
                copyTree(data, tree, target);
            }
            for (String path : shared) {
                copy(data.resolve(path), target.resolve(path));
            }
            return target;
        } catch (IOException | RuntimeException e) {
            remove(target, e);
            throw e;
        }
    }

    /** Links are followed: a folder of the configuration may lie on another disk. */
    private static void copyTree(Path data, String tree, Path target) throws IOException {
        if (Files.notExists(data.resolve(tree))) {
            return;
        }
        Set<FileVisitOption> following = Set.of(FileVisitOption.FOLLOW_LINKS);
        Files.walkFileTree(data.resolve(tree), following, Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                // a link may lead back to the data directory, and so to the backup that is being made
                boolean backups = folder.getFileName().toString().equals(FOLDER);
                return backups ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    copyIfConfiguration(data, file, target);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException || e instanceof FileSystemLoopException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private static void copyIfConfiguration(Path data, Path file, Path target) throws IOException {
        Path path = data.relativize(file);
        if (isConfiguration(path)) {
            copy(file, target.resolve(path));
        }
    }

    private static void copy(Path file, Path copy) throws IOException {
        Files.createDirectories(copy.getParent());
        try {
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException e) {
            LOGGER.log(Level.FINE, "Removed while the backup was made", e);
        } catch (FileAlreadyExistsException e) {
            LOGGER.log(Level.FINE, "Both configuration and a shared file", e);
        }
    }

    /** Half of a backup would be taken for one, and many of them fill the disk. */
    private static void remove(Path target, Exception reason) {
        try (Stream<Path> files = Files.walk(target)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            reason.addSuppressed(e);
        }
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
