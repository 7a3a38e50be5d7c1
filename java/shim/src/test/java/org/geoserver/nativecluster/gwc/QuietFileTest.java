// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.resource.FileSystemResourceStore;
import org.geowebcache.config.ConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuietFileTest {
    @TempDir
    Path data;

    private QuietFile file;

    @BeforeEach
    void start() throws ConfigurationException, IOException {
        Files.createDirectories(data.resolve("gwc"));
        Files.writeString(data.resolve("gwc/geowebcache.xml"), "template");
        file = new QuietFile(GridSets.FILE, new FileSystemResourceStore(data.toFile()));
    }

    @Test
    void whatIsReadOrWrittenIsInMemory() throws IOException {
        assertFalse(file.isInMemory(bytes("own")));
        write("own");
        assertEquals("own", onDisk());
        assertTrue(file.isInMemory(bytes("own")));
        Files.writeString(data.resolve("gwc/geowebcache.xml"), "other");
        assertFalse(file.isInMemory(bytes("other")));
        try (var in = file.in()) {
            assertArrayEquals(bytes("other"), in.readAllBytes());
        }
        assertTrue(file.isInMemory(bytes("other")));
        file.taken(bytes("told"));
        assertTrue(file.isInMemory(bytes("told")));
    }

    @Test
    void whatAnotherNodeWroteIntoTheSameDirectoryIsNotWrittenAgain() throws IOException {
        write("own");
        Applying.run(true, () -> write("theirs"));
        assertEquals("own", onDisk());
        assertTrue(file.hasOutput(), "GeoWebCache gives no blob store to what cannot be written");
        Applying.run(false, () -> write("applied"));
        assertEquals("applied", onDisk());
    }

    /** As GeoWebCache saves. */
    private void write(String text) {
        try {
            file.backup();
            try (OutputStream out = file.out()) {
                out.write(bytes(text));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String onDisk() throws IOException {
        return Files.readString(data.resolve("gwc/geowebcache.xml"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
