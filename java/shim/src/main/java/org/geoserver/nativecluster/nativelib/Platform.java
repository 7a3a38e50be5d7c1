// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Which of the libraries in the jar belongs to this machine. */
final class Platform {
    /** The file name of the library. */
    static final String LIBRARY = "libgs_native_cluster.so";

    /** What the jar has a library for. */
    static final List<String> SUPPORTED = List.of("linux-x86_64", "linux-aarch64");

    private Platform() {}

    /** The platform of the running JVM, such as {@code linux-x86_64}. */
    static String current() {
        return name(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    /** The platform's name out of the values of the system properties os.name and os.arch. */
    static String name(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        String machine = arch.toLowerCase(Locale.ROOT);
        return (system.startsWith("linux") ? "linux" : system.replaceAll("[^a-z0-9]+", "-")) + "-"
                + switch (machine) {
                    case "amd64", "x86_64", "x64" -> "x86_64";
                    case "aarch64", "arm64" -> "aarch64";
                    default -> machine;
                };
    }

    /** Where a platform's library lies in the jar. */
    static String resource(String platform) {
        return "native/" + platform + "/" + LIBRARY;
    }

    /** True where the C library is musl, as in Alpine Linux. */
    static boolean isMusl() {
        try (Stream<Path> files = Files.list(Path.of("/lib"))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("ld-musl-"));
        } catch (Exception e) {
            return false;
        }
    }
}
