// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.files.FakeGate;
import org.geoserver.nativecluster.files.ManualLater;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geowebcache.config.BlobStoreInfo;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.config.meta.ServiceInformation;
import org.geowebcache.grid.GridSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GridSetsTest {
    @TempDir
    Path data;

    private final List<String> told = new ArrayList<>();
    private final Configuration live = new Configuration();
    private final FakeGwc gwc = new FakeGwc() {
        @Override
        public void addGridSet(GridSet gridSet) {
            live.add(gridSet.getName());
            write();
            afterSave.run();
        }
    };
    private GridSets gridSets;

    /** Grid sets and nothing else. */
    private static final class Configuration extends XMLConfiguration {
        private final Map<String, GridSet> gridSets = new TreeMap<>();

        Configuration() {
            super(null, null);
        }

        void add(String name) {
            gridSets.put(name, new Named(name));
        }

        @Override
        public Optional<GridSet> getGridSet(String name) {
            return Optional.ofNullable(gridSets.get(name));
        }

        @Override
        public Collection<GridSet> getGridSets() {
            return gridSets.values();
        }

        @Override
        public List<BlobStoreInfo> getBlobStores() {
            return List.of();
        }

        @Override
        public Boolean isRuntimeStatsEnabled() {
            return null;
        }

        @Override
        public ServiceInformation getServiceInformation() {
            return null;
        }

        @Override
        public Boolean isFullWMS() {
            return null;
        }

        @Override
        public Boolean isWmtsCiteCompliant() {
            return null;
        }

        @Override
        public Integer getBackendTimeout() {
            return null;
        }

        @Override
        public Boolean isCacheBypassAllowed() {
            return null;
        }
    }

    private static final class Named extends GridSet {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Named && ((Named) other).name.equals(name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    @BeforeEach
    void start() throws IOException {
        Folder folder = new Folder(
                data.toFile(), GridSets.FILE::equals, (root, excluded, changed) -> {}, new ManualLater(), new FakeGate());
        TileLayers none = new TileLayers(folder, null, null, null, null, null);
        gridSets = new GridSets(folder, data, () -> gwc, live, null, none) {
            @Override
            XMLConfiguration configuration(byte[] xml) {
                Configuration read = new Configuration();
                for (String part : new String(xml, StandardCharsets.UTF_8).split("<name>|</name>")) {
                    if (!part.contains("<")) {
                        read.add(part);
                    }
                }
                return read;
            }
        };
        gridSets.start(told::add);
        live.add("own");
        write();
    }

    @Test
    void whatWasSetIsWhatIsHere() {
        Content theirs = content("own", "theirs");
        Applied applied = gridSets.apply(pending(theirs));
        assertNull(applied.problem());
        assertArrayEquals(theirs.bytes(), applied.local().content().bytes());
        assertEquals(List.of(), told);
    }

    @Test
    void whatWasEditedAsSoonAsTheirsWasSetIsAnEdit() {
        Content theirs = content("own", "theirs");
        gwc.afterSave = () -> {
            live.add("edited");
            write();
        };
        Applied applied = gridSets.apply(pending(theirs));
        assertArrayEquals(theirs.bytes(), applied.local().content().bytes(), "theirs is what was agreed on");
        assertEquals(List.of("gwc/config"), told);
        assertTrue(new String(gridSets.read("gwc/config").content().bytes(), StandardCharsets.UTF_8).contains("edited"));
    }

    private static Pending pending(Content content) {
        return new Pending("gwc/config", 1, content, -1, "other", false, 0);
    }

    private Content content(String... names) {
        return ConfigurationXml.content(xml(List.of(names)), data, 0);
    }

    private void write() {
        try {
            Files.write(data.resolve(GridSets.FILE), xml(live.gridSets.keySet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] xml(Collection<String> names) {
        String all = names.stream().map(name -> "<gridSet><name>" + name + "</name></gridSet>").collect(Collectors.joining());
        return ("<gwcConfiguration><version>1</version><gridSets>" + all + "</gridSets></gwcConfiguration>")
                .getBytes(StandardCharsets.UTF_8);
    }
}
