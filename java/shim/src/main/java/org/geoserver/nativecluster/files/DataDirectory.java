// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.File;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geotools.util.logging.Logging;

/**
 * The shared files on disk. Nothing outside of the data directory is read or written: a symbolic link that leads out of it
 * is as if it were not there, and one to a folder is not followed at all.
 */
public final class DataDirectory {
    /** What a file looks like from outside; equal: nobody changed it, as far as can be seen without reading it. */
    public record Look(long size, FileTime modified, Object identity) {}

    private static final Logger LOGGER = Logging.getLogger(DataDirectory.class);

    /** From these GeoServer's style formats an SLD is made beside them, with the same name. */
    private static final Set<String> GENERATORS = Set.of("css", "json", "mbstyle");

    private final Path base;
    private final Selection paths;
    private final Set<String> toldLinks = ConcurrentHashMap.newKeySet();

    public DataDirectory(File base, Selection paths) throws IOException {
        this.base = base.toPath().toRealPath();
        this.paths = paths;
    }

    Selection paths() {
        return paths;
    }

    /** Where a path is; the path must be clean. */
    public Path file(String path) {
        return base.resolve(path);
    }

    /** The path of a file below the data directory, with slashes. */
    String path(Path file) {
        return base.relativize(file).toString().replace(File.separatorChar, '/');
    }

    /** Whether a file with this path would be shared: one is made by GeoServer itself out of another. */
    boolean isShared(String path) {
        return paths.contains(path) && !isGenerated(path);
    }

    private boolean isGenerated(String path) {
        if (!path.endsWith(".sld") || !path.contains("styles/")) {
            return false;
        }
        String stem = path.substring(0, path.length() - "sld".length());
        return GENERATORS.stream().anyMatch(extension -> Files.exists(file(stem + extension)));
    }

    /** Whether GeoServer makes an SLD of the file. */
    static boolean isGenerator(String path) {
        return GENERATORS.contains(SharedPaths.extension(path)) && path.contains("styles/");
    }

    /**
     * Another version of the file was put in place: the SLD made of the one before is not to be used, whatever its date. It is
     * kept, for somebody may be reading it; GeoServer makes it anew if it is not newer.
     */
    void outdateGenerated(String path) {
        String generated = path.substring(0, path.length() - SharedPaths.extension(path).length()) + "sld";
        Look source = look(path);
        if (source == null || look(generated) == null) {
            return;
        }
        try {
            Files.setLastModifiedTime(file(generated), source.modified());
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "GeoServer may go on using what it made of an earlier version: " + file(generated), e);
        }
    }

    /** What the file looks like; null if none is there that may be read: no folder, no link out of the data directory. */
    Look look(String path) {
        Path file = file(path);
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink() || !isInside(file.getParent())) {
                attributes = isInside(file) ? Files.readAttributes(file, BasicFileAttributes.class) : null;
            }
            return attributes == null || !attributes.isRegularFile()
                    ? null
                    : new Look(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether what is there, if it is a link or below one, is still in the data directory. */
    private boolean isInside(Path file) throws IOException {
        boolean inside = file.toRealPath().startsWith(base);
        if (!inside && toldLinks.add(file.toString())) {
            LOGGER.warning(file + " leads out of the data directory: it is not shared with the cluster");
        }
        return inside;
    }

    /**
     * Whether it is certain that there is neither file nor folder. The folder in which all of the kind are must be there: if
     * it is not, then the disk is gone rather than each of the files.
     */
    boolean isGone(String path) {
        return Files.notExists(file(path), LinkOption.NOFOLLOW_LINKS)
                && paths.roots().stream()
                        .filter(root -> root.isEmpty() || path.startsWith(root + "/"))
                        .allMatch(root -> Files.isDirectory(file(root)));
    }

    boolean isFolder(String path) {
        return Files.isDirectory(file(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** All shared files below a folder, with what they look like, in order. */
    public TreeMap<String, Look> walk(String folder) throws IOException {
        TreeMap<String, Look> found = new TreeMap<>();
        Set<String> excluded = Set.copyOf(paths.excluded());
        if (!Files.isDirectory(file(folder))) {
            return found;
        }
        isInside(file(folder));
        Files.walkFileTree(file(folder), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                boolean skipped = base.equals(visited.getParent()) && excluded.contains(visited.getFileName().toString())
                        || excluded.contains(FileWatch.ALL) && !visited.equals(file(folder));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) {
                String path = path(visited);
                Look look = isShared(path) ? look(path) : null;
                if (look != null) {
                    found.put(path, look);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path visited, IOException e) {
                if (!(e instanceof NoSuchFileException)) {
                    LOGGER.log(Level.WARNING, "Cannot be read, and so not be shared: " + visited, e);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** Puts a file in place, so that others see the old one or the new one, and never a part. */
    void place(Path source, String path) throws IOException {
        Path target = file(path);
        Files.createDirectories(existingInside(target.getParent()));
        try {
            Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Path beside = target.resolveSibling("." + target.getFileName() + ".tmp");
            Files.move(source, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes a file, or the link to one. */
    void remove(String path) throws IOException {
        Path file = file(path);
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is a folder on this node");
        }
        if (Files.exists(file.getParent())) {
            existingInside(file.getParent());
            Files.deleteIfExists(file);
        }
    }

    /** The folder, if all of it that is there already is in the data directory. */
    private Path existingInside(Path folder) throws IOException {
        Path existing = folder;
        while (Files.notExists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        if (!isInside(existing)) {
            throw new IOException(path(existing) + " leads out of the data directory, where nothing is written");
        }
        return folder;
    }
}
