// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.geoserver.gwc.GWC;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.xml.XmlException;
import org.geowebcache.GeoWebCacheException;
import org.geowebcache.config.BlobStoreInfo;
import org.geowebcache.config.ConfigurationResourceProvider;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.grid.GridSet;
import org.geowebcache.util.ApplicationContextProvider;

/**
 * geowebcache.xml: grid sets, blob stores, and the few layers and settings that it may have beside. Only what differs is
 * changed, by the calls that GeoServer's own pages make, so that nothing else is interrupted.
 */
class GridSets implements Family {
    static final String FILE = "geowebcache.xml";

    static final String KEY = "gwc/config";

    private final Folder folder;
    private final Path dataDirectory;
    private final Supplier<GWC> gwc;
    private final XMLConfiguration live;
    private final QuietFile file;
    private final ApplicationContextProvider context;
    private final TileLayers tileLayers;
    private final List<Setting<?>> settings;

    private volatile Consumer<String> changed = key -> {};

    /** @param file of the configuration; null if another module has its own: then it is written by each node that applies */
    GridSets(
            Folder folder,
            Path dataDirectory,
            Supplier<GWC> gwc,
            XMLConfiguration live,
            QuietFile file,
            ApplicationContextProvider context,
            TileLayers tileLayers) {
        this.folder = folder;
        this.dataDirectory = dataDirectory;
        this.gwc = gwc;
        this.live = live;
        this.file = file;
        this.context = context;
        this.tileLayers = tileLayers;
        this.settings = List.of(
                new Setting<>(XMLConfiguration::isRuntimeStatsEnabled, live::setRuntimeStatsEnabled),
                new Setting<>(XMLConfiguration::isFullWMS, live::setFullWMS),
                new Setting<>(XMLConfiguration::isWmtsCiteCompliant, live::setWmtsCiteCompliant),
                new Setting<>(XMLConfiguration::getBackendTimeout, live::setBackendTimeout),
                new Setting<>(XMLConfiguration::isCacheBypassAllowed, live::setCacheBypassAllowed),
                new Setting<>(XMLConfiguration::getServiceInformation, live::setServiceInformation));
    }

    @Override
    public boolean has(String key) {
        return key.equals(KEY);
    }

    /** Layers' tiles refer to both. */
    @Override
    public int order() {
        return 790;
    }

    @Override
    public void start(Consumer<String> changed) {
        this.changed = changed;
        folder.start(name -> changed.accept(name.equals(FILE) ? KEY : DiskQuota.keyOf(name)));
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        Local local = read(KEY);
        if (local != null) {
            snapshot.object(KEY, local.content());
        }
    }

    /** GeoServer writes the file when it starts; one that is missing says nothing. */
    @Override
    public Local read(String key) {
        byte[] xml = folder.read(FILE);
        try {
            return xml == null
                    ? null
                    : Local.of(ConfigurationXml.content(xml, dataDirectory, folder.modified(FILE)));
        } catch (XmlException e) {
            return null;
        }
    }

    @Override
    public Applied apply(Pending pending) {
        if (pending.isRemoval()) {
            return Applied.not("Grid sets and blob stores cannot be removed all at once");
        }
        try {
            byte[] own = folder.read(FILE);
            if (own != null && file != null && Applying.inMemoryOnly()) {
                // another edit may have followed already, and is told next
                follow(own);
                return Applied.as(Local.of(ConfigurationXml.content(own, dataDirectory, folder.modified(FILE))));
            }
            byte[] xml = ConfigurationXml.local(pending.content(), own, dataDirectory);
            XMLConfiguration wanted = configuration(xml);
            set(wanted, ConfigurationXml.layers(own), ConfigurationXml.layers(xml));
            Local local = read(KEY);
            if (local == null) {
                return Applied.not("geowebcache.xml cannot be read back");
            }
            return Applied.as(isAs(wanted) ? local : edited(pending));
        } catch (XmlException | IOException | GeoWebCacheException e) {
            return Applied.not("Grid sets and blob stores cannot be set: " + e.getMessage());
        }
    }

    /** GeoWebCache changes what it has, and writes it, in one go: while it is held, both are the same. */
    @Override
    public boolean isBehind(String key) {
        synchronized (live) {
            byte[] xml = folder.read(FILE);
            return xml != null && file != null && !file.isInMemory(xml);
        }
    }

    @Override
    public String follow() {
        try {
            byte[] xml = folder.read(FILE);
            if (xml != null) {
                follow(xml);
            }
            return null;
        } catch (XmlException | IOException | GeoWebCacheException e) {
            return "Grid sets and blob stores cannot be set: " + e.getMessage();
        }
    }

    private void follow(byte[] xml) throws XmlException, IOException, GeoWebCacheException {
        if (file.isInMemory(xml)) {
            return;
        }
        set(configuration(xml), ConfigurationXml.layers(file.inMemory()), ConfigurationXml.layers(xml));
        file.taken(xml);
        if (isBehind(KEY)) {
            // edited on this node meanwhile, by REST, which does not wait for the configuration lock
            changed.accept(KEY);
        }
    }

    private void set(XMLConfiguration wanted, Map<String, String> layersHere, Map<String, String> layersWanted)
            throws IOException, GeoWebCacheException {
        addStores(wanted);
        gridSets(wanted);
        layers(wanted, layersHere, layersWanted);
        removeStores(wanted);
        for (Setting<?> setting : settings) {
            setting.apply(wanted);
        }
    }

    /**
     * GeoWebCache's REST does not wait for the configuration lock: if somebody has edited already what was just set, then that
     * was another state than what is here, which is an edit.
     */
    private Local edited(Pending pending) {
        changed.accept(KEY);
        return Local.of(pending.content());
    }

    private boolean isAs(XMLConfiguration wanted) {
        return byName(live.getGridSets(), GridSet::getName).equals(byName(wanted.getGridSets(), GridSet::getName))
                && byName(live.getBlobStores(), BlobStoreInfo::getName)
                        .equals(byName(wanted.getBlobStores(), BlobStoreInfo::getName))
                && settings.stream().allMatch(setting -> setting.isAs(wanted));
    }

    private static <T> Map<String, T> byName(Collection<T> all, Function<T, String> name) {
        return all.stream().collect(Collectors.toMap(name, Function.identity()));
    }

    /** Read as GeoWebCache reads its own file, but not taken into use. */
    XMLConfiguration configuration(byte[] xml) {
        XMLConfiguration read = new XMLConfiguration(context, new Text(xml));
        read.setGridSetBroker(gwc.get().getGridSetBroker());
        return read;
    }

    private void addStores(XMLConfiguration wanted) throws GeoWebCacheException {
        List<BlobStoreInfo> changed = new ArrayList<>();
        for (BlobStoreInfo store : wanted.getBlobStores()) {
            Optional<BlobStoreInfo> mine = live.getBlobStore(store.getName());
            if (mine.isEmpty()) {
                gwc.get().addBlobStore(store);
            } else if (!mine.get().equals(store)) {
                changed.add(store);
            }
        }
        // one that is no longer the default makes room for the one that becomes it
        changed.sort((a, b) -> Boolean.compare(a.isDefault(), b.isDefault()));
        for (BlobStoreInfo store : changed) {
            gwc.get().modifyBlobStore(store.getName(), store);
        }
    }

    private void removeStores(XMLConfiguration wanted) throws GeoWebCacheException {
        Set<String> gone = new HashSet<>();
        for (BlobStoreInfo store : live.getBlobStores()) {
            if (wanted.getBlobStore(store.getName()).isEmpty()) {
                gone.add(store.getName());
            }
        }
        if (!gone.isEmpty()) {
            gwc.get().removeBlobStores(gone);
        }
    }

    private void gridSets(XMLConfiguration wanted) throws IOException, GeoWebCacheException {
        Collection<GridSet> mine = live.getGridSets();
        Set<String> gone = new HashSet<>();
        Set<String> touched = new HashSet<>();
        for (GridSet gridSet : mine) {
            Optional<GridSet> other = wanted.getGridSet(gridSet.getName());
            if (other.isEmpty()) {
                gone.add(gridSet.getName());
            }
            if (other.isEmpty() || !other.get().equals(gridSet)) {
                touched.add(gridSet.getName());
            }
        }
        Set<String> layers = touched.isEmpty() ? Set.of() : gwc.get().getLayerNamesForGridSets(touched);
        for (GridSet gridSet : wanted.getGridSets()) {
            if (live.getGridSet(gridSet.getName()).isEmpty()) {
                gwc.get().addGridSet(gridSet);
            } else if (touched.contains(gridSet.getName())) {
                gwc.get().modifyGridSet(gridSet.getName(), gridSet);
            }
        }
        if (!gone.isEmpty()) {
            gwc.get().removeGridSets(gone);
        }
        tileLayers.touched(layers);
    }

    private void layers(XMLConfiguration wanted, Map<String, String> mine, Map<String, String> others)
            throws GeoWebCacheException {
        if (mine.equals(others)) {
            return;
        }
        wanted.afterPropertiesSet();
        for (Map.Entry<String, String> layer : others.entrySet()) {
            if (!mine.containsKey(layer.getKey())) {
                live.addLayer(wanted.getLayer(layer.getKey()).orElseThrow());
            } else if (!mine.get(layer.getKey()).equals(layer.getValue())) {
                live.modifyLayer(wanted.getLayer(layer.getKey()).orElseThrow());
            }
        }
        for (String name : mine.keySet()) {
            if (!others.containsKey(name)) {
                live.removeLayer(name);
            }
        }
    }

    private interface Setter<T> {
        void set(T value) throws IOException;
    }

    /** A single value of the configuration; {@code setter} sets it in the one that is in use. */
    private final class Setting<T> {
        private final Function<XMLConfiguration, T> getter;
        private final Setter<T> setter;

        Setting(Function<XMLConfiguration, T> getter, Setter<T> setter) {
            this.getter = getter;
            this.setter = setter;
        }

        boolean isAs(XMLConfiguration wanted) {
            return Objects.equals(getter.apply(live), getter.apply(wanted));
        }

        void apply(XMLConfiguration wanted) throws IOException {
            if (!isAs(wanted)) {
                setter.set(getter.apply(wanted));
            }
        }
    }

    /** A configuration that is nowhere. */
    private record Text(byte[] xml) implements ConfigurationResourceProvider {
        @Override
        public InputStream in() {
            return new ByteArrayInputStream(xml);
        }

        @Override
        public OutputStream out() throws IOException {
            throw new IOException("it is only read");
        }

        @Override
        public void backup() {}

        @Override
        public String getId() {
            return "another node's " + FILE;
        }

        @Override
        public String getLocation() {
            return getId();
        }

        @Override
        public void setTemplate(String templateLocation) {}

        @Override
        public boolean hasInput() {
            return true;
        }

        @Override
        public boolean hasOutput() {
            return false;
        }
    }
}
