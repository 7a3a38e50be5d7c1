// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.config.GeoServerConfigPersister;
import org.geoserver.config.GeoServerResourcePersister;
import org.geoserver.nativecluster.active.Applying;
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
        catalog.addListener(new QuietConfigPersister(writers.config(), null, null, event -> false));
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
