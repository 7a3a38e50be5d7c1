// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.xml.Dom;
import org.geowebcache.config.BlobStoreInfo;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.config.meta.ServiceInformation;
import org.geowebcache.grid.GridSet;
import org.w3c.dom.Element;

/** Grid sets and blob stores and nothing else. */
final class FakeConfiguration extends XMLConfiguration {
    final Map<String, GridSet> gridSets = new TreeMap<>();
    final Map<String, BlobStoreInfo> stores = new TreeMap<>();

    FakeConfiguration() {
        super(null, null);
    }

    /** Grid sets and, with a slash before the name, blob stores, each with what it says. */
    static FakeConfiguration of(String... all) {
        FakeConfiguration configuration = new FakeConfiguration();
        for (String one : all) {
            String[] parts = one.split("=");
            if (parts[0].startsWith("/")) {
                configuration.stores.put(parts[0].substring(1), new Store(parts[0].substring(1), parts[1]));
            } else {
                configuration.gridSets.put(parts[0], new Named(parts[0], parts[1]));
            }
        }
        return configuration;
    }

    static FakeConfiguration read(byte[] xml) {
        List<String> all = new ArrayList<>();
        for (Element list : Dom.children(Dom.parse(xml))) {
            for (Element one : Dom.children(list)) {
                List<Element> parts = Dom.children(one);
                String prefix = one.getTagName().equals("gridSet") ? "" : "/";
                all.add(prefix + parts.get(0).getTextContent() + "=" + parts.get(1).getTextContent());
            }
        }
        return of(all.toArray(String[]::new));
    }

    byte[] xml() {
        String sets = gridSets.values().stream()
                .map(one -> "<gridSet><name>" + one.getName() + "</name><says>" + one + "</says></gridSet>")
                .collect(Collectors.joining());
        String blobs = stores.values().stream()
                .map(one -> "<FileBlobStore><id>" + one.getName() + "</id><says>" + one + "</says></FileBlobStore>")
                .collect(Collectors.joining());
        return ("<gwcConfiguration><version>1</version><gridSets>" + sets + "</gridSets><blobStores>" + blobs
                        + "</blobStores></gwcConfiguration>")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<GridSet> getGridSet(String name) {
        return Optional.ofNullable(gridSets.get(name));
    }

    @Override
    public Collection<GridSet> getGridSets() {
        return List.copyOf(gridSets.values());
    }

    @Override
    public List<BlobStoreInfo> getBlobStores() {
        return List.copyOf(stores.values());
    }

    @Override
    public Optional<BlobStoreInfo> getBlobStore(String name) {
        return Optional.ofNullable(stores.get(name));
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

    private static final class Named extends GridSet {
        private final String name;
        private final String says;

        Named(String name, String says) {
            this.name = name;
            this.says = says;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Named && ((Named) other).name.equals(name) && ((Named) other).says.equals(says);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return says;
        }
    }

    private static final class Store extends BlobStoreInfo {
        private static final long serialVersionUID = 1;

        private final String name;
        private final String says;

        Store(String name, String says) {
            super(name);
            this.name = name;
            this.says = says;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isDefault() {
            return says.equals("default");
        }

        @Override
        public String getLocation() {
            return "";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Store && ((Store) other).name.equals(name) && ((Store) other).says.equals(says);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return says;
        }
    }
}
