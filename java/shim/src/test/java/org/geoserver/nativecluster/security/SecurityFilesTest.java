// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecurityFilesTest {
    @TempDir
    Path directory;

    private SecurityFiles files;

    @BeforeEach
    void start() {
        files = new SecurityFiles(directory, false);
    }

    private void write(String name, String text, long modified) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
    }

    private String read(String name) throws IOException {
        return new String(files.read().files().get(name), StandardCharsets.UTF_8);
    }

    /** A file that was read is not read again, but what looks the same may be another one. */
    @Test
    void readsWhatWasReplacedOrJustChangedThoughItLooksTheSame() throws IOException {
        long old = System.currentTimeMillis() - 60_000;
        write("layers.properties", "one", old);
        assertEquals("one", read("layers.properties"));
        write("new.tmp", "two", old);
        Files.move(directory.resolve("new.tmp"), directory.resolve("layers.properties"), StandardCopyOption.REPLACE_EXISTING);
        assertEquals("two", read("layers.properties"));
        long now = System.currentTimeMillis();
        write("layers.properties", "six", now);
        assertEquals("six", read("layers.properties"));
        write("layers.properties", "ten", now);
        assertEquals("ten", read("layers.properties"));
    }

    @Test
    void severalFilesAreNotedBeforeTheyArePutInPlace() throws IOException {
        write("layers.properties", "one", 1_000);
        write("rest.properties", "two", 1_000);
        SortedMap<String, byte[]> before = files.read().files();
        SortedMap<String, byte[]> after = new TreeMap<>(before);
        after.put("layers.properties", "1".getBytes(StandardCharsets.UTF_8));
        after.put("rest.properties", "2".getBytes(StandardCharsets.UTF_8));
        // a folder where the second one is to be written: the node stops halfway
        Path obstacle = Files.createDirectories(directory.resolve(".rest.properties.tmp/x"));
        try {
            files.replace(before, after);
            throw new AssertionError("written");
        } catch (IOException e) {
            assertEquals("1", read("layers.properties"));
            assertEquals("two", read("rest.properties"));
        }
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        assertTrue(files.finish());
        assertEquals("2", read("rest.properties"));
        assertFalse(files.finish());
        SortedMap<String, byte[]> one = new TreeMap<>(files.read().files());
        one.put("rest.properties", "3".getBytes(StandardCharsets.UTF_8));
        files.replace(files.read().files(), one);
        assertEquals("3", read("rest.properties"));
        assertFalse(files.finish());
    }
}
