// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files below {@code security} that are one set. They are put in place all together: what is to be written is noted in a
 * file first, so that a node that stops halfway finishes when it starts again, and never takes the half for its own edit.
 */
final class SecurityFiles {
    /** More is not even read: small files all of them, of which still fewer can be shared. */
    private static final long MAX_BYTES = 64L << 20;

    /** Which migrations a node has done is its own. */
    private static final String VERSION = "version.properties";

    static final String KEYSTORE = "geoserver.jceks";
    private static final List<String> TEMPORARY = List.of(".lock", ".tmp", ".bak", ".old", ".new", ".orig", "~");

    /** Of the dates of files, on any file system. */
    private static final long RESOLUTION_MILLIS = 2_000;

    private final Path directory;
    private final Path journal;
    private final boolean withKeystore;

    /** Files that need not be read again as long as they look the same, by name. */
    private final Map<String, Known> known = new HashMap<>();

    /** @param withKeystore whether the keystore and the master password are of the set */
    SecurityFiles(Path directory, boolean withKeystore) {
        this.directory = real(directory);
        this.journal = this.directory.resolve(".gs-native-cluster-set");
        this.withKeystore = withKeystore;
    }

    /** Where the directory is if it is a link, which is not walked through; itself if it is not there yet. */
    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            return directory;
        }
    }

    Path directory() {
        return directory;
    }

    /**
     * The files, by paths with slashes.
     *
     * @param modified milliseconds since the epoch: the latest change of a file; 0 if there are none
     * @param whole false: one of them was being written
     */
    record Reading(SortedMap<String, byte[]> files, long modified, boolean whole) {}

    synchronized Reading read() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        SortedMap<String, Look> looks = look();
        known.keySet().retainAll(looks.keySet());
        long total = 0;
        boolean whole = true;
        for (Map.Entry<String, Look> look : looks.entrySet()) {
            String name = look.getKey();
            try {
                byte[] bytes = known(name, look.getValue());
                if (bytes == null) {
                    bytes = read(name, look.getValue());
                    whole &= look.getValue().equals(Look.of(attributes(directory.resolve(name))));
                }
                total += bytes.length;
                if (total > MAX_BYTES) {
                    throw new IOException(directory + " holds more than " + (MAX_BYTES >> 20)
                            + " MB: files that do not belong there must go, or security not be shared");
                }
                files.put(name, bytes);
            } catch (NoSuchFileException e) {
                whole = false;
            }
        }
        long modified = looks.values().stream().mapToLong(look -> look.modified().toMillis()).max().orElse(0);
        return new Reading(files, modified, whole);
    }

    /** What need not be read again, or null. */
    private byte[] known(String name, Look look) {
        Known before = known.get(name);
        return before != null && before.look().equals(look) ? before.bytes() : null;
    }

    private byte[] read(String name, Look look) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        // within the resolution of its date it may be changed once more, and look the same
        if (System.currentTimeMillis() - look.modified().toMillis() > RESOLUTION_MILLIS) {
            known.put(name, new Known(look, bytes));
        }
        return bytes;
    }

    /** A file as it was read. */
    private record Known(Look look, byte[] bytes) {}

    /**
     * What can be seen of a file without reading it.
     *
     * @param file which one it is on disk, if that can be told
     */
    private record Look(long size, FileTime modified, Object file) {
        static Look of(BasicFileAttributes attributes) {
            return new Look(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private SortedMap<String, Look> look() throws IOException {
        SortedMap<String, Look> files = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return files;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes own) throws IOException {
                Path relative = directory.relativize(file);
                // secrets of containers are links
                boolean link = own.isSymbolicLink() && Files.exists(file);
                BasicFileAttributes attributes = link ? attributes(file) : own;
                if (attributes.isRegularFile() && isShared(relative)) {
                    String name = relative.toString().replace('\\', '/');
                    files.put(name, Look.of(attributes));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return files;
    }

    /**
     * Makes the set what is given: writes what differs, removes what is not in it.
     *
     * @param before what it is now
     */
    void replace(SortedMap<String, byte[]> before, SortedMap<String, byte[]> files) throws IOException {
        if (isOneFile(before, files)) {
            finish(before, files);
            return;
        }
        Path temporary = temporary(journal);
        Files.write(temporary, SecuritySet.pack(files));
        Files.move(temporary, journal, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        finish(before, files);
        Files.delete(journal);
    }

    /** The names of files that are not the same in two sets. */
    static Set<String> changed(SortedMap<String, byte[]> before, SortedMap<String, byte[]> after) {
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(name -> Arrays.equals(before.get(name), after.get(name)));
        return changed;
    }

    /** One file is written whole or not at all. */
    private static boolean isOneFile(SortedMap<String, byte[]> before, SortedMap<String, byte[]> files) {
        return before.keySet().equals(files.keySet()) && changed(before, files).size() <= 1;
    }

    /**
     * Finishes what was begun before this node stopped.
     *
     * @return whether there was something to finish
     */
    boolean finish() throws IOException {
        if (!Files.exists(journal)) {
            return false;
        }
        finish(read().files(), SecuritySet.unpack(Files.readAllBytes(journal)));
        Files.delete(journal);
        return true;
    }

    private void finish(SortedMap<String, byte[]> before, SortedMap<String, byte[]> files) throws IOException {
        Set<String> changed = changed(before, files);
        for (String name : changed) {
            if (files.containsKey(name)) {
                write(name, files.get(name));
            }
        }
        changed.removeAll(files.keySet());
        for (String name : changed) {
            remove(name);
        }
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = resolve(name);
        Files.createDirectories(file.getParent());
        Path temporary = temporary(file);
        Files.write(temporary, bytes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void remove(String name) throws IOException {
        Path file = resolve(name);
        Files.deleteIfExists(file);
        for (Path folder = file.getParent(); !folder.equals(directory); folder = folder.getParent()) {
            try (Stream<Path> rest = Files.list(folder)) {
                if (rest.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(folder);
        }
    }

    /** What others send never leaves the directory, nor does it touch what stays per node. */
    Path resolve(String name) throws IOException {
        Path file = directory.resolve(name).normalize();
        if (!file.startsWith(directory) || !isShared(directory.relativize(file))) {
            throw new IOException("the set holds " + name + ", which is no shared file");
        }
        return file;
    }

    private static Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".tmp");
    }

    /** Whether a file is one of the set. */
    boolean isShared(Path relative) {
        String first = relative.getName(0).toString();
        String last = relative.getFileName().toString();
        boolean hidden = false;
        for (Path part : relative) {
            hidden |= part.toString().startsWith(".");
        }
        return !hidden
                && TEMPORARY.stream().noneMatch(last::endsWith)
                && !relative.toString().equals(VERSION)
                && !relative.toString().equals("masterpw.info")
                && (withKeystore || !isMaster(first));
    }

    /** The keystore and what opens it. */
    private static boolean isMaster(String first) {
        return Set.of(KEYSTORE, "masterpw", "masterpw.xml", "masterpw.digest").contains(first);
    }
}
