// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoverTest {
    @TempDir
    Path data;

    private final Make make = new Make(new MemoryCatalog());
    private final Infos.Workspace here = make.object(new Infos.Workspace(), "W", "before");
    private final Infos.Workspace wanted = make.object(new Infos.Workspace(), "W", "now");
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectories(data.resolve("workspaces/now"));
    }

    private void makeWay(Infos.Workspace before) {
        new Leftover(data).makeWay(before, wanted);
    }

    /** GeoServer refused to move the folder of the workspace there, and the workspace kept its name for good. */
    @Test
    void theFolderThatANamespaceWasWrittenIntoMakesWay() throws IOException {
        Files.writeString(folder.resolve("namespace.xml"), "<namespace/>");
        makeWay(null);
        assertTrue(Files.exists(folder), "the workspace will be written there");
        makeWay(here);
        assertFalse(Files.exists(folder));
        makeWay(here);
    }

    @Test
    void theFolderOfAnotherWorkspaceGoesToTheBackups() throws IOException {
        Files.writeString(folder.resolve("workspace.xml"), "<workspace><id>other</id></workspace>");
        makeWay(here);
        assertFalse(Files.exists(folder));
        assertTrue(Files.exists(data.resolve("cluster-backup")));
    }

    @Test
    void itsOwnStays() throws IOException {
        Files.writeString(folder.resolve("workspace.xml"), "<workspace><id>W</id></workspace>");
        Files.writeString(folder.resolve("namespace.xml"), "<namespace/>");
        makeWay(here);
        makeWay(null);
        makeWay(wanted);
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }
}
