// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.GeoServerResourcePersister;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Writes;
import org.geoserver.security.SecuredResourceNameChangeListener;
import org.junit.jupiter.api.Test;

class QuietListenersTest {
    private static final List<String> ALL = List.of(
            "write Workspace old",
            "rename Workspace old",
            "move files of Workspace old",
            "write Workspace new",
            "delete Workspace new",
            "remove files of Workspace new");

    private final MemoryCatalog catalog = new MemoryCatalog();
    private final Writers writers = new Writers();

    private void edit() {
        Infos.Workspace workspace = new Infos.Workspace();
        workspace.id = "W";
        workspace.name = "old";
        catalog.add(workspace);
        WorkspaceInfo proxy = catalog.getWorkspace("W");
        proxy.setName("new");
        catalog.save(proxy);
        catalog.remove(workspace);
    }

    private void cover() {
        catalog.addListener(new QuietConfigPersister(writers.config(), catalog, null, null, event -> false));
        catalog.addListener(new QuietResourcePersister(writers.resources(), catalog, event -> false));
    }

    @Test
    void whatIsEditedOrAppliedHereIsWritten() {
        cover();
        edit();
        assertEquals(ALL, writers.done);
        Applying.run(this::edit);
        assertEquals(2 * ALL.size(), writers.done.size());
    }

    /** Moved a second time, files would not be found, and the change would fail. */
    @Test
    void whatAnotherNodeWroteIntoTheSameDirectoryIsNeitherWrittenNorMovedAgain() {
        cover();
        Applying.run(true, this::edit);
        assertEquals(List.of(), writers.done);
    }

    /** Files are moved and removed as they are on disk; and what is removed before it is written stays removed. */
    @Test
    void whatAnotherNodeEditedIsWrittenLaterButBeforeItIsMovedOrRemoved() {
        cover();
        Writes writes = new Writes();
        Infos.Workspace workspace = new Infos.Workspace();
        workspace.id = "W";
        workspace.name = "old";
        Applying.run(false, writes, () -> catalog.add(workspace));
        assertEquals(List.of(), writers.done);
        Applying.run(false, writes, () -> {
            WorkspaceInfo proxy = catalog.getWorkspace("W");
            proxy.setName("new");
            catalog.save(proxy);
        });
        assertEquals(ALL.subList(0, 3), writers.done);
        assertEquals(Map.of(), writes.carryOut());
        assertEquals(ALL.subList(0, 4), writers.done);
        Infos.Workspace other = new Infos.Workspace();
        other.id = "O";
        other.name = "other";
        Applying.run(false, writes, () -> catalog.add(other));
        catalog.remove(other);
        writers.done.clear();
        assertEquals(Map.of(), writes.carryOut());
        assertEquals(List.of(), writers.done);
    }

    /** Of a layer and its tiles another node tells by entries of their own; here, what it restores is new to all. */
    @Test
    void tilesOfWhatAnotherNodeEditedAreNotMadeHere() {
        List<String> heard = new ArrayList<>();
        catalog.addListener(new QuietTiles(noting(heard)));
        Infos.Workspace workspace = new Infos.Workspace();
        workspace.id = "W";
        workspace.name = "w";
        Infos.Layer layer = new Infos.Layer();
        layer.id = "L";
        layer.name = "l";
        Runnable edits = () -> {
            heard.clear();
            catalog.add(layer);
            catalog.save(catalog.getLayer("L"));
            catalog.add(workspace);
            catalog.save(catalog.getWorkspace("W"));
            catalog.remove(layer);
            catalog.remove(workspace);
            heard.removeIf(event -> event.contains("PreAdd"));
        };
        edits.run();
        List<String> all = List.copyOf(heard);
        assertTrue(all.contains("handleAddEvent L") && all.contains("handleModifyEvent L"), all.toString());
        Applying.restore(edits);
        assertEquals(all, heard);
        Applying.run(true, edits);
        assertEquals(all, heard);
        Applying.run(edits);
        assertEquals(List.of("handleModifyEvent W", "handlePostModifyEvent W", "handleRemoveEvent L", "handleRemoveEvent W"), heard);
    }

    private static CatalogListener noting(List<String> heard) {
        return (CatalogListener) Proxy.newProxyInstance(
                QuietListenersTest.class.getClassLoader(), new Class<?>[] {CatalogListener.class}, (proxy, method, arguments) -> {
                    heard.add(method.getName() + " " + ((CatalogEvent) arguments[0]).getSource().getId());
                    return null;
                });
    }

    /** Renamed with the other one, each would be called as what was applied last. */
    @Test
    void aWorkspaceIsNotRenamedOrRemovedWithItsNamespaceWhereBothCome() {
        List<String> heard = new ArrayList<>();
        catalog.addListener(new QuietNames(noting(heard)));
        Runnable edits = () -> {
            heard.clear();
            edit();
        };
        edits.run();
        List<String> all = List.copyOf(heard);
        assertTrue(all.contains("handleModifyEvent W") && all.contains("handleRemoveEvent W"), all.toString());
        Applying.restore(edits);
        assertEquals(all, heard);
        for (boolean inMemory : new boolean[] {false, true}) {
            Applying.run(inMemory, edits);
            heard.removeIf(event -> event.contains("Add"));
            assertEquals(List.of(), heard);
        }
    }

    @Test
    void whatAReloadAddsIsCoveredToo() {
        QuietListeners quiet = new QuietListeners(catalog, catalog.persisters(), event -> false);
        for (int reload = 0; reload < 2; reload++) {
            catalog.getListeners().clear();
            catalog.addListener(new GeoServerConfigPersister(null, null));
            catalog.addListener(new GeoServerResourcePersister(catalog));
            quiet.install();
            quiet.install();
            assertEquals(
                    List.of(QuietConfigPersister.class, QuietResourcePersister.class),
                    catalog.getListeners().stream().map(Object::getClass).toList());
        }
    }

    @Test
    void accessRulesStayWithWhatIsNotRemoved() {
        SecuredResourceNameChangeListener rules = new SecuredResourceNameChangeListener();
        catalog.addListener(rules);
        new QuietListeners(catalog, catalog.persisters(), event -> true).install();
        edit();
        assertEquals(List.of("rename rules of Workspace new"), rules.done);
    }
}
