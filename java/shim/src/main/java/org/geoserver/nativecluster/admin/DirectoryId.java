// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/**
 * Tells data directories apart: nodes that use one and the same find the same file in it. Of a directory that was copied, file
 * and all, the system knows the file by another number.
 */
final class DirectoryId {
    private static final String FILE = "directory-id";

    private DirectoryId() {}

    static String of(Path dataDirectory) throws IOException {
        Path folder = Files.createDirectories(dataDirectory.resolve("cluster-state"));
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            create(folder, file);
        }
        return Files.readString(file).trim() + "-" + number(file);
    }

    /** Of several nodes that start at once, one creates it; never is it seen without its content. */
    private static void create(Path folder, Path file) throws IOException {
        Path whole = Files.createTempFile(folder, FILE, ".tmp");
        try {
            Files.write(whole, UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8));
            Files.createLink(file, whole);
        } catch (FileAlreadyExistsException e) {
            // another node was faster
        } catch (UnsupportedOperationException | IOException e) {
            // no hard links here: the name is given at once all the same, but two nodes that start at once may differ
            Files.copy(whole, file);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static String number(Path file) throws IOException {
        try {
            return String.valueOf(Files.getAttribute(file, "unix:ino"));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return String.valueOf(
                    Files.readAttributes(file, BasicFileAttributes.class).creationTime().toMillis());
        }
    }
}
