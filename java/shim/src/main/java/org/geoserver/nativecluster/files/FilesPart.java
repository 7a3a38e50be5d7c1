// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.impl.GeoServerLifecycleHandler;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.active.Patience;
import org.geoserver.nativecluster.files.DataDirectory.Look;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;

/** The shared files: keys {@code file/<path below the data directory>}. */
public final class FilesPart implements Part, DisposableBean {
    static final String PREFIX = "file/";

    /** A folder that the catalog should have made by now is made for the file. */
    private static final long FOLDER_GRACE_MILLIS = 30_000;

    /** A map that is drawn while a file is replaced may put the old one into a cache that was just cleared. */
    private static final long CLEAR_AGAIN_MILLIS = 1_000;

    private static final Logger LOGGER = Logging.getLogger(FilesPart.class);

    private final DataDirectory data;
    private final Catalog catalog;
    private final FileChanges changes;
    private final FileCaches caches;
    private final Later later;
    private final Incoming incoming;
    private final Patience withoutFolder;
    private final Set<String> applied = new TreeSet<>();
    private StyleBodies styles;

    /**
     * @param state a folder of this node alone, best on the same disk as the data directory
     * @param patterns what the operator shares beside what is always shared, as in {@code geoserver.cluster.shared-files}
     */
    public FilesPart(
            SharedObjects shared,
            FileWatch watch,
            GeoServerResourceLoader loader,
            Catalog rawCatalog,
            ConfigurationGate gate,
            Path state,
            List<String> patterns)
            throws IOException {
        this(
                shared,
                watch,
                new DataDirectory(loader.getBaseDirectory(), new SharedPaths(patterns)),
                rawCatalog,
                gate,
                state,
                new GeoServerCaches(
                        rawCatalog,
                        loader.getBaseDirectory().toPath().toRealPath(),
                        () -> GeoServerExtensions.extensions(GeoServerLifecycleHandler.class)),
                Later.thread("gs-native-cluster-files"),
                Later.thread("gs-native-cluster-fetch"),
                Later.thread("gs-native-cluster-fetch-large"));
    }

    FilesPart(
            SharedObjects shared,
            FileWatch watch,
            DataDirectory data,
            Catalog catalog,
            ConfigurationGate gate,
            Path state,
            FileCaches caches,
            Later later,
            Later fetcher,
            Later largeFetcher) {
        this.data = data;
        this.catalog = catalog;
        this.caches = caches;
        this.later = later;
        this.withoutFolder = new Patience(FOLDER_GRACE_MILLIS, later::now);
        this.incoming = new Incoming(shared, state.resolve("incoming"), later, fetcher, largeFetcher);
        this.changes = new FileChanges(data, watch, later, gate);
    }

    @Override
    public List<String> prefixes() {
        return List.of(PREFIX);
    }

    @Override
    public List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        for (String root : data.paths().roots()) {
            files.addAll(data.walk(root).keySet());
        }
        return files;
    }

    @Override
    public void start(Consumer<String> changed) {
        incoming.start();
        changes.start(path -> {
            changed.accept(PREFIX + path);
            // What GeoServer keeps of a file that somebody replaced is outdated on this node too.
            clear(List.of(path));
        });
        styles = new StyleBodies(path -> saved(path, changed));
        catalog.addListener(styles);
    }

    private void saved(String path, Consumer<String> changed) {
        if (SharedPaths.isClean(path) && data.isShared(path) && data.look(path) != null) {
            changed.accept(PREFIX + path);
        }
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        for (String root : data.paths().roots()) {
            try {
                data.walk(root).forEach((path, look) -> {
                    changes.know(path, look);
                    snapshot.file(PREFIX + path, data.file(path));
                });
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "Cannot be read, and so not be shared: " + data.file(root), e);
            }
        }
    }

    @Override
    public Local read(String key) {
        String path = path(key);
        boolean isShared = data.isShared(path);
        Look look = isShared ? data.look(path) : null;
        if (look != null || !isShared) {
            // one that is gone is told as removed later, if it is known that it was here
            changes.know(path, look);
        }
        if (look == null) {
            return changes.wasRemoved(path) ? Local.NOTHING : null;
        }
        return Local.of(data.file(path));
    }

    /** What a workspace, store or layer has in its folder comes after them, and all else that a style or a store needs before. */
    @Override
    public int order(String key) {
        String path = path(key);
        if (path.startsWith("user_projections/")) {
            return 50;
        }
        String folder = SharedPaths.folderOfCatalog(path);
        boolean ofStore = folder != null && folder.split("/").length > 2;
        return ofStore ? 450 : 150;
    }

    @Override
    public void coming(Collection<Pending> all) {
        incoming.round();
    }

    @Override
    public String prepare(Pending pending) {
        String path = path(pending.key());
        if (!data.paths().contains(path)) {
            return "This node shares no files with this path: see geoserver.cluster.shared-files";
        }
        return pending.isRemoval() || pending.sameDirectory() ? null : incoming.fetch(pending);
    }

    @Override
    public Applied apply(Pending pending) {
        String problem = prepare(pending);
        if (problem != null) {
            return Applied.not(problem);
        }
        String path = path(pending.key());
        if (pending.sameDirectory()) {
            return done(path);
        }
        if (!changes.isKnown(path, data.look(path))) {
            later.after(0, () -> changes.note(List.of(path)));
            return Applied.not("The file was just changed here: this is published first");
        }
        try {
            if (pending.isRemoval()) {
                data.remove(path);
            } else if (mustWaitForFolder(path)) {
                return Applied.not("The workspace, store or layer whose folder it belongs to is not here yet");
            } else {
                data.place(incoming.take(pending.key()), path);
                if (DataDirectory.isGenerator(path)) {
                    data.outdateGenerated(path);
                    // by a map that is being drawn it may be made of the version that was here before
                    later.after(CLEAR_AGAIN_MILLIS, () -> data.outdateGenerated(path));
                }
            }
            return done(path);
        } catch (IOException e) {
            return Applied.not("The file cannot be written: " + e);
        }
    }

    private Applied done(String path) {
        Look look = data.look(path);
        changes.know(path, look);
        withoutFolder.forget(path);
        applied.add(path);
        return Applied.as(look == null ? Local.NOTHING : Local.of(data.file(path)));
    }

    private boolean mustWaitForFolder(String path) {
        String folder = SharedPaths.folderOfCatalog(path);
        return folder != null && !data.isFolder(folder) && !withoutFolder.isOver(path);
    }

    @Override
    public void settle() {
        if (applied.isEmpty()) {
            return;
        }
        List<String> paths = List.copyOf(applied);
        applied.clear();
        clear(paths);
    }

    private void clear(List<String> paths) {
        caches.changed(paths);
        later.after(CLEAR_AGAIN_MILLIS, () -> caches.changed(paths));
    }

    @Override
    public void destroy() {
        if (styles != null) {
            catalog.removeListener(styles);
        }
        later.close();
        incoming.close();
    }

    private static String path(String key) {
        return key.substring(PREFIX.length());
    }
}
