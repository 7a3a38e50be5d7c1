// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.geoserver.catalog.CatalogException;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.nativecluster.active.Applying;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GeoServer tells all listeners of an edit that the first of them refuses. */
class ReadOnlyGuardTest {
    private final MemoryCatalog catalog = new MemoryCatalog();
    private final Writers writers = new Writers();
    private final Infos.Workspace workspace = new Infos.Workspace();

    @BeforeEach
    void start() {
        workspace.id = "W";
        workspace.name = "old";
        catalog.add(workspace);
        catalog.addListener(new QuietConfigPersister(writers.config(), catalog, null, null, ReadOnlyGuard::refuses));
        catalog.addListener(new QuietResourcePersister(writers.resources(), catalog, ReadOnlyGuard::refuses));
        catalog.addListener(new ReadOnlyGuard(catalog));
    }

    private void rename() {
        WorkspaceInfo proxy = catalog.getWorkspace("W");
        proxy.setName("new");
        catalog.save(proxy);
    }

    private static void refused(Runnable edit) {
        CatalogException refusal = assertThrows(CatalogException.class, edit::run);
        assertTrue(refusal.getMessage().contains("read-only"), refusal.getMessage());
    }

    @Test
    void nothingIsAdded() {
        Infos.Workspace another = new Infos.Workspace();
        another.id = "W2";
        refused(() -> catalog.add(another));
        assertEquals(1, catalog.objects.size());
        assertEquals(List.of(), writers.done);
    }

    @Test
    void noFolderIsMovedThoughARenamingIsRefused() {
        refused(this::rename);
        assertEquals("old", workspace.getName());
        assertEquals(List.of(), writers.done);
    }

    @Test
    void whatIsRemovedIsThereAgainAtOnceWithItsFiles() {
        refused(() -> catalog.remove(workspace));
        assertSame(workspace, catalog.objects.get("W"));
        assertEquals(List.of(), writers.done);
    }

    @Test
    void whatOtherNodesEditIsTakenAndWritten() {
        Applying.run(() -> {
            rename();
            catalog.remove(workspace);
        });
        assertEquals(0, catalog.objects.size());
        assertEquals(5, writers.done.size(), writers.done.toString());
    }
}
