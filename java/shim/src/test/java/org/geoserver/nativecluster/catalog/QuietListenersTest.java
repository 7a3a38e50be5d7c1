// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
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

    /** In jms-cluster each change of the catalog made another one of the global configuration, which was sent in turn. */
    @Test
    void theUpdateSequenceCountsABatchOfOthersChangesOnce() {
        List<String> counted = new ArrayList<>();
        QuietSequence sequence = new QuietSequence(counting(counted));
        catalog.addListener(sequence);
        Applying.run(this::edit);
        assertEquals(List.of(), counted);
        sequence.settle();
        sequence.settle();
        assertEquals(List.of("change"), counted);
        Applying.run(true, this::edit);
        sequence.settle();
        assertEquals(List.of("change"), counted, "the node that shares the directory counts");
        edit();
        assertEquals(List.of("change", "add", "change", "remove"), counted);
    }

    private static CatalogListener counting(List<String> counted) {
        return new CatalogListener() {
            @Override
            public void handleAddEvent(CatalogAddEvent event) {
                counted.add("add");
            }

            @Override
            public void handleRemoveEvent(CatalogRemoveEvent event) {
                counted.add("remove");
            }

            @Override
            public void handleModifyEvent(CatalogModifyEvent event) {}

            @Override
            public void handlePostModifyEvent(CatalogPostModifyEvent event) {
                counted.add("change");
            }

            @Override
            public void reloaded() {}
        };
    }
}
