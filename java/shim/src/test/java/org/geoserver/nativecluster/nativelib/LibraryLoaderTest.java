// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryLoaderTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,linux-x86_64",
        "Linux,x86_64,linux-x86_64",
        "Linux,aarch64,linux-aarch64",
        "Linux,arm64,linux-aarch64",
        "Linux,riscv64,linux-riscv64",
        "Mac OS X,aarch64,mac-os-x-aarch64",
        "Windows 11,amd64,windows-11-x86_64"
    })
    void namesPlatforms(String os, String arch, String platform) {
        assertEquals(platform, Platform.name(os, arch));
    }

    @Test
    void whatIsNoLibraryIsExplainedAndLeavesNoFile() throws IOException {
        Path library = Files.writeString(folder.resolve("no-library"), "not a library");
        LibraryException refused =
                assertThrows(LibraryException.class, () -> LibraryLoader.loadCopy(library, folder.resolve("out")));
        assertTrue(refused.getMessage().startsWith("The native library cannot be loaded: "), refused.getMessage());
        assertEquals(List.of(), files(folder.resolve("out")));
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedWithWhatToDo() throws IOException {
        Path library = Files.writeString(folder.resolve("library"), "");
        Path file = Files.writeString(folder.resolve("file"), "");
        LibraryException refused =
                assertThrows(LibraryException.class, () -> LibraryLoader.loadCopy(library, file.resolve("below")));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains("GEOSERVER_CLUSTER_LIBRARY_DIRECTORY"), refused.getMessage());
    }

    @Test
    void hintsFitTheReason() {
        Path out = Path.of("/out");
        String noexec = LibraryLoader.explain("x.so: failed to map segment from shared object", false, out);
        assertTrue(noexec.contains("/out") && noexec.contains("noexec") && noexec.contains("_LIBRARY_DIRECTORY"), noexec);
        String musl = LibraryLoader.explain("Error loading shared library ld-linux-x86-64.so.2", true, out);
        assertTrue(musl.contains("musl") && musl.contains("glibc"), musl);
    }

    @Test
    void leftoversOfDeadProcessesAreRemovedAndNothingElse() throws IOException {
        long dead = 4_000_000_000L; // beyond any process id
        Path old = aged("gs-native-cluster-" + dead + "-1.so");
        Path own = aged("gs-native-cluster-" + ProcessHandle.current().pid() + "-2.so");
        Path other = aged("libother.so");
        Path recent = Files.createFile(folder.resolve("gs-native-cluster-" + dead + "-3.so"));
        Path library = Files.writeString(folder.resolve("no-library"), "not a library");
        assertThrows(LibraryException.class, () -> LibraryLoader.loadCopy(library, folder));
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(own) && Files.exists(other) && Files.exists(recent));
    }

    private Path aged(String name) throws IOException {
        Path file = Files.createFile(folder.resolve(name));
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
