// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Copies the library out of the jar into a file of its own and loads it. One file for each load, because a JVM refuses
 * to load the same file for two class loaders, which is what a redeployed web application has. The file is deleted as
 * soon as it is loaded; what a killed process left behind is deleted by the next one.
 */
final class LibraryLoader {
    /** System property: a library to load instead of the one in the jar. */
    static final String LIBRARY_PROPERTY = "gs.cluster.library";

    /** System property and environment variable: the directory that the library is copied to. */
    static final String DIRECTORY_PROPERTY = "geoserver.cluster.library-directory";

    static final String DIRECTORY_VARIABLE = "GEOSERVER_CLUSTER_LIBRARY_DIRECTORY";

    private static final String PREFIX = "gs-native-cluster-";

    /** Names of extracted files hold the process they belong to. */
    private static final Pattern EXTRACTED = Pattern.compile(Pattern.quote(PREFIX) + "([0-9]{1,10})-.*\\.so");

    private static final long STALE_AFTER_MILLIS = 60_000;

    private LibraryLoader() {}

    static void load() {
        String override = System.getProperty(LIBRARY_PROPERTY);
        if (override == null) {
            try (InputStream library = open(Platform.current())) {
                loadFrom(library, directory());
            } catch (IOException e) {
                throw new LibraryException("The native library in the jar cannot be read: " + e, e);
            }
        } else {
            loadCopy(Path.of(override), directory());
        }
    }

    /** A copy, so that an override too can be loaded by several class loaders. */
    static void loadCopy(Path library, Path directory) {
        try (InputStream content = Files.newInputStream(library)) {
            loadFrom(content, directory);
        } catch (IOException e) {
            throw new LibraryException("The library that -D" + LIBRARY_PROPERTY + " names cannot be read: " + e, e);
        }
    }

    private static InputStream open(String platform) {
        InputStream library = LibraryLoader.class.getClassLoader().getResourceAsStream(Platform.resource(platform));
        if (library != null) {
            return library;
        }
        throw new LibraryException(
                Platform.SUPPORTED.contains(platform)
                        ? "The jar of gs-native-cluster is not complete: it has no native library for " + platform
                                + ". Install it anew from its zip."
                        : "There is no native library for " + platform + ". Supported are "
                                + String.join(", ", Platform.SUPPORTED) + " with glibc.",
                null);
    }

    static Path directory() {
        String configured = System.getProperty(DIRECTORY_PROPERTY, System.getenv(DIRECTORY_VARIABLE));
        return Path.of(configured == null ? System.getProperty("java.io.tmpdir") : configured);
    }

    private static void loadFrom(InputStream library, Path directory) {
        Path file = extract(library, directory);
        try {
            System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new LibraryException(explain(String.valueOf(e.getMessage()), Platform.isMusl(), directory), e);
        } catch (RuntimeException e) {
            // the exception of JDKs that deny native access has a class that JDK 17 does not know
            throw new LibraryException(
                    "This JVM does not allow the native library: " + e.getMessage()
                            + ". Start it with --enable-native-access=ALL-UNNAMED.",
                    e);
        } finally {
            delete(file);
        }
    }

    private static Path extract(InputStream library, Path directory) {
        try {
            Files.createDirectories(directory);
            deleteStale(directory);
            Path file = Files.createTempFile(
                    directory, PREFIX + ProcessHandle.current().pid() + "-", ".so");
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
            }
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new LibraryException(
                    "The native library cannot be written to " + directory + " (" + e + "). " + otherDirectory(), e);
        }
    }

    static String explain(String text, boolean musl, Path directory) {
        if (musl) {
            return "The native library needs glibc, and this system has musl (Alpine Linux): " + text
                    + ". Use an image that is based on Debian, Ubuntu or Red Hat.";
        }
        if (text.contains("failed to map segment") || text.contains("Operation not permitted")) {
            return "The native library cannot be loaded from " + directory + ", which seems to be mounted noexec: "
                    + text + ". " + otherDirectory();
        }
        return "The native library cannot be loaded: " + text;
    }

    private static String otherDirectory() {
        return "Name a directory that GeoServer may write to and load libraries from by the environment variable "
                + DIRECTORY_VARIABLE + " or the system property " + DIRECTORY_PROPERTY + ".";
    }

    /** A loaded library needs its file no more. Where it cannot be deleted yet, it is when the JVM ends. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private static void deleteStale(Path directory) throws IOException {
        List<Path> stale;
        try (Stream<Path> files = Files.list(directory)) {
            stale = files.filter(LibraryLoader::isOfDeadProcess).collect(Collectors.toList());
        }
        stale.forEach(file -> file.toFile().delete());
    }

    /** A recent file may belong to a process that is not seen from here, such as one in another container. */
    private static boolean isOfDeadProcess(Path file) {
        Matcher name = EXTRACTED.matcher(file.getFileName().toString());
        return name.matches()
                && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()
                && file.toFile().lastModified() < System.currentTimeMillis() - STALE_AFTER_MILLIS;
    }
}
