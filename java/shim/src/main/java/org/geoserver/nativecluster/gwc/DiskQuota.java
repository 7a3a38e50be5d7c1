// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geoserver.gwc.GWC;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.files.Later;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.xml.Dom;
import org.geoserver.nativecluster.xml.XmlException;
import org.geowebcache.config.ConfigurationException;
import org.geowebcache.diskquota.DiskQuotaConfig;
import org.geowebcache.diskquota.DiskQuotaMonitor;
import org.geowebcache.diskquota.jdbc.JDBCConfiguration;
import org.w3c.dom.Element;

/**
 * How much room tiles may take, and the database that counts them, if there is one. Its password is encrypted for this node
 * in the file, so it is taken from GeoServer and given to it.
 *
 * <p>GeoWebCache's REST interface changes the settings that are in use and forgets to write them; nobody is told. So they
 * are looked at each second, and written if they changed: then the file tells the rest.
 */
final class DiskQuota implements Family {
    static final String FILE = "geowebcache-diskquota.xml";
    static final String DATABASE = "geowebcache-diskquota-jdbc.xml";

    /** How often what is in use is looked at. */
    static final long LOOK_MILLIS = 1000;

    private static final String KEY = "gwc/diskquota";

    /** When tiles were last removed here. */
    private static final List<String> PER_NODE = List.of("lastCleanUpTime");

    private final Folder folder;
    private final Supplier<GWC> gwc;
    private final DiskQuotaMonitor monitor;
    private final Later later;
    private String inUse;

    /** What the files said when GeoWebCache last read or wrote them. */
    private byte[] inMemory;

    DiskQuota(Folder folder, Supplier<GWC> gwc, DiskQuotaMonitor monitor, Later later) {
        this.folder = folder;
        this.gwc = gwc;
        this.monitor = monitor;
        this.later = later;
    }

    @Override
    public boolean has(String key) {
        return key.equals(KEY);
    }

    @Override
    public int order() {
        return 780;
    }

    /** The files are in the folder of {@link GridSets}, who tells. */
    @Override
    public void start(Consumer<String> changed) {
        if (gwc.get().isDiskQuotaAvailable()) {
            note(inUse());
            later.after(LOOK_MILLIS, this::look);
        }
    }

    /** What is in use, and is in the files. */
    private synchronized void note(String used) {
        inUse = used;
        Local local = read(KEY);
        inMemory = local == null ? null : local.content().bytes();
    }

    private synchronized void look() {
        try {
            writeIfEdited();
        } finally {
            later.after(LOOK_MILLIS, this::look);
        }
    }

    private boolean writeIfEdited() {
        String now = inUse();
        boolean edited = !now.equals(inUse);
        if (edited) {
            monitor.saveConfig();
            note(now);
        }
        return edited;
    }

    private String inUse() {
        DiskQuotaConfig config = gwc.get().getDiskQuotaConfig();
        return Arrays.asList(
                        config.isEnabled(),
                        config.getCacheCleanUpFrequency(),
                        config.getCacheCleanUpUnits(),
                        config.getMaxConcurrentCleanUps(),
                        config.getGlobalExpirationPolicyName(),
                        config.getGlobalQuota(),
                        config.getLayerQuotas(),
                        config.getQuotaStore())
                .toString();
    }

    /** Told of changes of files in the folder. */
    static String keyOf(String file) {
        return file.equals(FILE) || file.equals(DATABASE) ? KEY : null;
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        Local local = read(KEY);
        if (local != null) {
            snapshot.object(KEY, local.content());
        }
    }

    @Override
    public Local read(String key) {
        byte[] xml = folder.read(FILE);
        if (xml == null || !gwc.get().isDiskQuotaAvailable()) {
            return null;
        }
        try {
            Element both = Dom.parse("<diskQuota/>".getBytes(StandardCharsets.UTF_8));
            Element config = Dom.parse(xml);
            PER_NODE.forEach(path -> Dom.remove(config, path));
            both.appendChild(both.getOwnerDocument().importNode(config, true));
            JDBCConfiguration database = gwc.get().getJDBCDiskQuotaConfig();
            if (database != null) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                JDBCConfiguration.store(database, out);
                both.appendChild(both.getOwnerDocument().importNode(Dom.parse(out.toByteArray()), true));
            }
            return Local.of(new Content(Dom.write(both), folder.modified(FILE)));
        } catch (XmlException | IOException | ConfigurationException e) {
            return null;
        }
    }

    @Override
    public synchronized boolean isBehind(String key) {
        Local local = read(KEY);
        return local != null && !Arrays.equals(local.content().bytes(), inMemory);
    }

    @Override
    public synchronized String follow() {
        if (writeIfEdited() || !isBehind(KEY)) {
            return null;
        }
        try {
            restart();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "The disk quota was not restarted";
        } catch (IOException | ConfigurationException e) {
            return "The disk quota cannot be set: " + e.getMessage();
        }
    }

    /** As GeoServer does it when it has written the files itself. */
    private void restart() throws IOException, ConfigurationException, InterruptedException {
        monitor.getQuotaStoreProvider().reloadQuotaStore();
        monitor.shutDown(1);
        // it reads the files, over what REST has edited meanwhile, which does not wait for the configuration lock
        writeIfEdited();
        monitor.startUp();
        note(inUse());
    }

    @Override
    public synchronized Applied apply(Pending pending) {
        if (pending.isRemoval()) {
            return Applied.not("The settings of the disk quota cannot be removed");
        }
        if (!gwc.get().isDiskQuotaAvailable()) {
            return Applied.not("The disk quota is switched off on this node (GWC_DISKQUOTA_DISABLED)");
        }
        if (writeIfEdited()) {
            return Applied.not("The disk quota was just edited here, and that is told first");
        }
        if (Applying.inMemoryOnly()) {
            // another edit may have followed already, and is told next
            Local local = read(KEY);
            String problem = local == null ? "The disk quota cannot be read" : follow();
            return problem == null ? Applied.as(local) : Applied.not(problem);
        }
        try {
            List<Element> both = Dom.children(Dom.parse(pending.content().bytes()));
            write(Dom.write(both.get(0)));
            monitor.reloadConfig();
            inUse = inUse();
            JDBCConfiguration database = both.size() < 2
                    ? null
                    : JDBCConfiguration.load(new ByteArrayInputStream(Dom.write(both.get(1))));
            gwc.get().saveDiskQuotaConfig(gwc.get().getDiskQuotaConfig(), database);
            note(inUse);
            Local local = read(KEY);
            if (local == null) {
                return Applied.not("The disk quota cannot be read back");
            }
            // edited already by GeoWebCache's REST, which does not wait for the configuration lock: it is looked at soon
            return Applied.as(inUse().equals(inUse) ? local : Local.of(pending.content()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Applied.not("The disk quota was not restarted");
        } catch (XmlException | IOException | ConfigurationException e) {
            return Applied.not("The disk quota cannot be set: " + e.getMessage());
        }
    }

    private void write(byte[] xml) throws IOException {
        Path beside = folder.file(FILE + ".tmp");
        Files.write(beside, xml);
        Files.move(beside, folder.file(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
