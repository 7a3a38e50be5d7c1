// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.gwc.GWC;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.files.Later;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geotools.util.logging.Logging;
import org.geowebcache.config.ConfigurationException;
import org.geowebcache.config.ConfigurationResourceProvider;
import org.geowebcache.config.XMLConfiguration;
import org.geowebcache.diskquota.DiskQuotaMonitor;
import org.geowebcache.storage.StorageBroker;
import org.geowebcache.util.ApplicationContextProvider;
import org.springframework.beans.factory.DisposableBean;

/** The tile cache: see the package. */
public final class GwcPart implements Part, DisposableBean {
    private static final String PREFIX = "gwc/";
    private static final Logger LOGGER = Logging.getLogger(GwcPart.class);

    /** GeoServer's beans that this part works with; the file is that of the configuration. */
    public record Host(
            GeoServerResourceLoader loader,
            Catalog rawCatalog,
            XStreamPersisterFactory persisters,
            TileLayerCatalog tileLayers,
            XMLConfiguration configuration,
            ConfigurationResourceProvider file,
            ApplicationContextProvider context,
            DiskQuotaMonitor quota,
            StorageBroker storage) {}

    private final Later later = Later.thread("gs-native-cluster-gwc");
    private final Later worker = Later.thread("gs-native-cluster-truncation");
    private final FileWatch watch;
    private final ConfigurationGate gate;
    private final List<Family> families = new ArrayList<>();
    private final Catalog catalog;
    private final LayerEvents events;

    /**
     * @param state a folder of this node alone
     * @param cache where tiles are if no blob store says otherwise: GEOWEBCACHE_CACHE_DIR, or {@code gwc} in the data
     *     directory
     */
    public GwcPart(
            SharedObjects shared, FileWatch watch, Ids ids, ConfigurationGate gate, Host host, Path state, Path cache)
            throws IOException {
        this.watch = watch;
        this.gate = gate;
        Supplier<GWC> gwc = GWC::get;
        this.catalog = host.rawCatalog();
        Files.createDirectories(state);
        File base = host.loader().getBaseDirectory();
        Path data = base.toPath().toRealPath();
        Scratch scratch = new Scratch(state.resolve("gwc"), host.configuration(), host.persisters());
        Folder settings = folder(
                configurationFolder(host.configuration(), base), List.of(GridSets.FILE, DiskQuota.FILE, DiskQuota.DATABASE)::contains);
        TileLayers layers = new TileLayers(
                folder(new File(base, "gwc-layers"), name -> name.endsWith(".xml")),
                ids,
                catalog,
                gwc,
                host.tileLayers(),
                scratch);
        families.add(layers);
        families.add(new GlobalSettings(folder(base, GlobalSettings.FILE::equals), gwc, scratch));
        // before grid sets, who tell of its files
        families.add(new DiskQuota(settings, gwc, host.quota(), later));
        families.add(new GridSets(settings, data, gwc, host.configuration(), quiet(host.file()), host.context(), layers));
        families.add(truncations(shared, host.storage(), new Places(gwc, cache), state, gwc));
        events = new LayerEvents(layers, catalog, gwc);
    }

    /** Null if another module has its own. */
    private static QuietFile quiet(ConfigurationResourceProvider file) {
        return file instanceof QuietFile ? (QuietFile) file : null;
    }

    private Folder folder(File folder, Predicate<String> names) throws IOException {
        return new Folder(folder, names, watch, later, gate);
    }

    private static File configurationFolder(XMLConfiguration configuration, File base) throws IOException {
        try {
            File file = new File(configuration.getConfigLocation());
            return (file.isAbsolute() ? file : new File(base, file.getPath())).getParentFile();
        } catch (ConfigurationException e) {
            throw new IOException("geowebcache.xml is not found: " + e.getMessage(), e);
        }
    }

    private Truncations truncations(
            SharedObjects shared, StorageBroker storage, Places places, Path state, Supplier<GWC> gwc) {
        Truncations truncations = new Truncations(
                shared,
                truncation -> Applying.run(() -> LocalTiles.truncate(storage, gwc.get(), truncation)),
                places,
                state.resolve("truncations"),
                task -> worker.after(0, task),
                System::currentTimeMillis);
        if (storage instanceof ClusterStorageBroker) {
            ((ClusterStorageBroker) storage).listen(truncations::truncated);
        } else {
            LOGGER.warning("Tiles that are thrown away here stay on the other nodes: another module replaces GeoWebCache's"
                    + " storage broker by " + storage.getClass().getName());
        }
        return truncations;
    }

    private Family family(String key) {
        return families.stream()
                .filter(family -> family.has(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no object of the tile cache: " + key));
    }

    @Override
    public List<String> prefixes() {
        return List.of(PREFIX);
    }

    @Override
    public void start(Consumer<String> changed) {
        Following following = new Following(gate, later, this::family, changed);
        families.forEach(family -> family.start(following::changed));
        following.start(List.of(GlobalSettings.KEY, GridSets.KEY));
        catalog.addListener(events);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        families.forEach(family -> family.snapshot(snapshot));
    }

    @Override
    public Local read(String key) {
        return family(key).read(key);
    }

    @Override
    public int order(String key) {
        return family(key).order();
    }

    @Override
    public Applied apply(Pending pending) {
        return family(pending.key()).apply(pending);
    }

    @Override
    public void destroy() {
        catalog.removeListener(events);
        later.close();
        worker.close();
    }
}
