// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.files.FakeGate;
import org.geoserver.nativecluster.files.ManualLater;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.platform.resource.FileSystemResourceStore;
import org.geowebcache.config.BlobStoreInfo;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.grid.GridSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GridSetsTest {
    private static final String KEY = "gwc/config";

    @TempDir
    Path data;

    private final List<String> told = new ArrayList<>();
    private final FakeConfiguration live = new FakeConfiguration();
    private final FakeGwc gwc = new FakeGwc() {
        @Override
        public Set<String> getLayerNamesForGridSets(Set<String> gridSets) {
            return Set.of();
        }

        @Override
        public void addGridSet(GridSet gridSet) {
            changed("add " + gridSet.getName(), () -> live.gridSets.put(gridSet.getName(), gridSet));
        }

        @Override
        public void modifyGridSet(String oldName, GridSet gridSet) {
            changed("modify " + oldName, () -> live.gridSets.put(gridSet.getName(), gridSet));
        }

        @Override
        public void removeGridSets(Set<String> names) {
            changed("remove " + names, () -> live.gridSets.keySet().removeAll(names));
        }

        @Override
        public void addBlobStore(BlobStoreInfo store) {
            changed("add store " + store.getName(), () -> live.stores.put(store.getName(), store));
        }

        @Override
        public void modifyBlobStore(String oldName, BlobStoreInfo store) {
            changed("modify store " + oldName, () -> live.stores.put(store.getName(), store));
        }

        @Override
        public void removeBlobStores(Iterable<String> names) {
            changed("remove store " + names, () -> names.forEach(live.stores::remove));
        }

        /** Each call writes the file. */
        private void changed(String call, Runnable change) {
            calls.add(call);
            change.run();
            write(live);
            afterSave.run();
        }
    };
    private QuietFile file;
    private GridSets gridSets;

    @BeforeEach
    void start() throws Exception {
        Folder folder = new Folder(
                data.resolve("gwc").toFile(),
                GridSets.FILE::equals,
                (root, excluded, changed) -> {},
                new ManualLater(),
                new FakeGate());
        TileLayers none = new TileLayers(folder, null, null, null, null, null);
        file = new QuietFile(GridSets.FILE, new FileSystemResourceStore(data.toFile()));
        gridSets = new GridSets(folder, data, () -> gwc, live, file, null, none) {
            @Override
            XMLConfiguration configuration(byte[] xml) {
                return FakeConfiguration.read(xml);
            }
        };
        gridSets.start(told::add);
        live.gridSets.putAll(FakeConfiguration.of("own=1").gridSets);
        write(live);
    }

    @Test
    void whatWasSetIsWhatIsHere() {
        Content theirs = content("own=1", "theirs=1");
        Applied applied = gridSets.apply(pending(theirs));
        assertNull(applied.problem());
        assertArrayEquals(theirs.bytes(), applied.local().content().bytes());
        assertEquals(List.of(), told);
    }

    @Test
    void onlyWhatDiffersIsChanged() {
        gridSets.apply(pending(content("own=2", "theirs=1", "/a=1", "/b=1", "/c=default")));
        assertEquals(
                List.of("add store a", "add store b", "add store c", "add theirs", "modify own"), sorted(gwc.calls));
        gwc.calls.clear();
        gridSets.apply(pending(content("own=2", "/a=default", "/c=2")));
        assertEquals(
                List.of("modify store c", "modify store a", "remove [theirs]", "remove store [b]"),
                gwc.calls,
                "one that is no longer the default makes room for the one that becomes it");
        assertFalse(gridSets.isBehind(KEY), "this node has written it");
    }

    @Test
    void whatWasEditedAsSoonAsTheirsWasSetIsAnEdit() {
        Content theirs = content("own=1", "theirs=1");
        gwc.afterSave = () -> edit("edited=1");
        Applied applied = gridSets.apply(pending(theirs));
        assertArrayEquals(theirs.bytes(), applied.local().content().bytes(), "theirs is what was agreed on");
        assertEquals(List.of(KEY), told);
        assertTrue(new String(gridSets.read(KEY).content().bytes(), StandardCharsets.UTF_8).contains("edited"));
    }

    @Test
    void inTheSameDirectoryMemoryBecomesWhatTheFileSaysAndNothingIsWritten() throws IOException {
        Content theirs = content("own=2", "theirs=1", "/a=1");
        byte[] later = FakeConfiguration.of("theirs=2", "/a=2", "/b=1").xml();
        Files.write(onDisk(), later);
        for (int times = 0; times < 2; times++) {
            Applying.run(true, () -> {
                Applied applied = gridSets.apply(pending(theirs));
                assertArrayEquals(
                        content("theirs=2", "/a=2", "/b=1").bytes(),
                        applied.local().content().bytes(),
                        "another edit has followed");
            });
        }
        assertArrayEquals(later, Files.readAllBytes(onDisk()));
        assertEquals("{theirs=2}{a=2, b=1}", live.gridSets.toString() + live.stores);
        assertEquals(List.of("add store a", "add store b", "add theirs", "remove [own]"), sorted(gwc.calls));
        assertEquals(List.of(), told);
    }

    @Test
    void whatSomebodyElseWroteIsTakenIntoUse() throws IOException {
        assertFalse(gridSets.isBehind(KEY), "this node has written it");
        byte[] theirs = FakeConfiguration.of("own=1", "/a=1").xml();
        Files.write(onDisk(), theirs);
        assertTrue(gridSets.isBehind(KEY));
        Applying.run(true, () -> assertNull(gridSets.follow()));
        assertFalse(gridSets.isBehind(KEY));
        assertEquals("{a=1}", live.stores.toString());
        assertArrayEquals(theirs, Files.readAllBytes(onDisk()));
        write(FakeConfiguration.of("own=1"));
        Files.write(onDisk(), theirs);
        assertTrue(gridSets.isBehind(KEY), "it was so before, but is not so in memory");
    }

    @Test
    void whatIsEditedHereMeanwhileIsLookedAtAgain() throws IOException {
        Files.write(onDisk(), FakeConfiguration.of("own=1", "theirs=1").xml());
        gwc.afterSave = () -> {
            Thread rest = new Thread(() -> edit("edited=1"));
            rest.start();
            try {
                rest.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        Applying.run(true, () -> assertNull(gridSets.follow()));
        assertEquals(List.of(KEY), told);
        assertTrue(gridSets.isBehind(KEY), "the file says what was edited");
    }

    @Test
    void anotherModulesFileIsWrittenAsBefore() throws Exception {
        Folder folder =
                new Folder(data.resolve("gwc").toFile(), GridSets.FILE::equals, (root, excluded, changed) -> {}, null, null);
        GridSets others = new GridSets(folder, data, () -> gwc, live, null, null, null);
        Files.write(onDisk(), FakeConfiguration.of("other=1").xml());
        assertFalse(others.isBehind(KEY));
    }

    private void edit(String gridSet) {
        live.gridSets.putAll(FakeConfiguration.of(gridSet).gridSets);
        write(live);
    }

    private static List<String> sorted(List<String> calls) {
        return calls.stream().sorted().toList();
    }

    private static Pending pending(Content content) {
        return new Pending(KEY, 1, content, -1, "other", false, 0);
    }

    private Content content(String... all) {
        return ConfigurationXml.content(FakeConfiguration.of(all).xml(), data, 0);
    }

    private Path onDisk() {
        return data.resolve("gwc").resolve(GridSets.FILE);
    }

    /** As GeoWebCache does. */
    private void write(FakeConfiguration configuration) {
        try (OutputStream out = file.out()) {
            out.write(configuration.xml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
