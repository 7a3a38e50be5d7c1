// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

    @TempDir
    Path data;

    private void file(String path) throws IOException {
        Path file = data.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, path);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void holdsTheConfigurationAndNoData() throws IOException {
        List<String> configuration = List.of(
                "global.xml", "layergroups/all.xml", "security/masterpw/default/passwd", "styles/a.sld", "styles/a.xml",
                "styles/icons/b.svg",
                "workspaces/w/s/l/content.ftl",
                "workspaces/w/s/l/layer.xml");
        for (String path : configuration) {
            file(path);
        }
        for (String path : List.of("data/big.xml", "workspaces/w/s/states.shp", "gwc/topp/a.png", "cluster-state/n/store.xml")) {
            file(path);
        }
        Path backup = Backup.make(data, List.of(), NOW);
        assertEquals(data.resolve("cluster-backup/2026-01-02T03-04-05"), backup);
        assertEquals(configuration, files(backup));
        Path second = Backup.make(data, List.of(), NOW);
        assertNotEquals(backup, second);
        assertEquals(configuration, files(second));
    }

    @Test
    void holdsSharedFilesOfAnyKind() throws IOException {
        for (String path : List.of("palettes/safe.pal", "www/index.html", "data/roads.shp", "data/not-shared.shp")) {
            file(path);
        }
        List<String> shared = List.of("data/roads.shp", "palettes/safe.pal", "www/index.html");
        List<String> asked = Stream.concat(shared.stream(), Stream.of("www/removed-meanwhile.html")).toList();
        assertEquals(shared, files(Backup.make(data, asked, NOW)));
    }

    /** GeoServer does not resolve where its data directory is; and a folder of it may be on another disk. */
    @Test
    void followsLinks(@TempDir Path elsewhere) throws IOException {
        file("global.xml");
        Files.createDirectories(elsewhere.resolve("w"));
        Files.writeString(elsewhere.resolve("w/workspace.xml"), "<workspace/>");
        Files.createSymbolicLink(data.resolve("workspaces"), elsewhere);
        Path link = Files.createSymbolicLink(elsewhere.resolve("data"), data);
        List<String> expected = List.of("global.xml", "workspaces/data/global.xml", "workspaces/w/workspace.xml");
        assertEquals(expected, files(Backup.make(link, List.of(), NOW)));
    }

    /** Such as {@code lost+found}, which belongs to root. */
    @Test
    void looksOnlyAtWhatItHolds() throws IOException {
        file("global.xml");
        Path closed = Files.createDirectory(data.resolve("lost+found"));
        Files.setPosixFilePermissions(closed, Set.of());
        assertEquals(List.of("global.xml"), files(Backup.make(data, List.of(), NOW)));
    }

    @Test
    void nothingIsLeftOfOneThatFails() throws IOException {
        file("global.xml");
        List<String> impossible = List.of("no\0path");
        assertThrows(InvalidPathException.class, () -> Backup.make(data, impossible, NOW));
        assertEquals(List.of("global.xml"), files(data));
        assertEquals(0, data.resolve("cluster-backup").toFile().list().length);
    }
}
