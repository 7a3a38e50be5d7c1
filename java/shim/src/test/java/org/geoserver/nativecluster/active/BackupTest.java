// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
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
                "global.xml", "security/masterpw/default/passwd", "styles/a.sld", "styles/a.xml", "styles/icons/b.svg",
                "workspaces/w/s/l/content.ftl",
                "workspaces/w/s/l/layer.xml");
        for (String path : configuration) {
            file(path);
        }
        for (String path : List.of("data/big.xml", "workspaces/w/s/states.shp", "gwc/topp/a.png", "cluster-state/n/store.xml")) {
            file(path);
        }
        LocalDateTime now = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
        Path backup = Backup.make(data, now);
        assertEquals(data.resolve("cluster-backup/2026-01-02T03-04-05"), backup);
        assertEquals(configuration, files(backup));
        Path second = Backup.make(data, now);
        assertNotEquals(backup, second);
        assertEquals(configuration, files(second));
    }
}
