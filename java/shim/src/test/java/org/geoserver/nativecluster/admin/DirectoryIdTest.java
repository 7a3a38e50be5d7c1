// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryIdTest {
    @TempDir
    Path folder;

    @Test
    void nodesOfOneDirectoryKnowItByTheSameId() throws IOException {
        assertEquals(DirectoryId.of(folder.resolve("data")), DirectoryId.of(folder.resolve("data")));
        assertNotEquals(DirectoryId.of(folder.resolve("data")), DirectoryId.of(folder.resolve("other")));
    }

    @Test
    void aCopyIsAnotherDirectory() throws IOException {
        String id = DirectoryId.of(folder.resolve("data"));
        Path file = Path.of("cluster-state", "directory-id");
        Files.createDirectories(folder.resolve("copy/cluster-state"));
        Files.copy(folder.resolve("data").resolve(file), folder.resolve("copy").resolve(file));
        assertNotEquals(id, DirectoryId.of(folder.resolve("copy")));
    }
}
