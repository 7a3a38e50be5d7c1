// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.GeoServer;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.config.util.XStreamServiceLoader;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.active.UpdateSequence;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.xml.CanonicalXml;
import org.geoserver.nativecluster.xml.UnknownElements;
import org.geoserver.nativecluster.xml.XmlException;
import org.geoserver.platform.GeoServerExtensions;
import org.geotools.util.logging.Logging;

/** GeoServer's configuration as shared objects, without what stays per node: see {@link NodeLocal}. */
public final class ConfigPart implements Part {
    private static final Logger LOGGER = Logging.getLogger(ConfigPart.class);

    private final GeoServer geoServer;
    private final Catalog catalog;
    private final Ids ids;
    private final Collection<String> nodeLocal;
    private final UpdateSequence sequence;
    private final SettingsSection settings;
    private final ServiceSection services;
    private final List<Section> sections;

    private final SharedObjects shared;

    /** Milliseconds since the epoch: before GeoServer read its configuration. */
    private final long started;

    /** Keys of what was edited since GeoServer is up, until all is compared for the first time; then null. */
    private volatile Set<String> edited = ConcurrentHashMap.newKeySet();

    /** Keys of what was removed here: only these are removals, not what is missing while GeoServer reads its files. */
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    /**
     * @param geoServer bean {@code geoServer}
     * @param catalog bean {@code rawCatalog}: the others hide what the current user may not see
     * @param persisters bean {@code xstreamPersisterFactory}
     * @param nodeLocal what stays per node, beside the default list: comma-separated, may be null
     * @param started when GeoServer had not read its configuration yet, milliseconds since the epoch
     */
    public ConfigPart(
            GeoServer geoServer,
            Catalog catalog,
            XStreamPersisterFactory persisters,
            Ids ids,
            UpdateSequence sequence,
            SharedObjects shared,
            String nodeLocal,
            long started) {
        this.geoServer = geoServer;
        this.shared = shared;
        this.started = started;
        this.sequence = sequence;
        this.catalog = catalog;
        this.ids = ids;
        this.nodeLocal = NodeLocal.names(nodeLocal);
        Xml xml = new Xml(geoServer, catalog, persisters);
        Workspaces workspaces = new Workspaces(catalog, ids);
        settings = new SettingsSection(geoServer, workspaces, xml);
        services = new ServiceSection(geoServer, workspaces, ConfigPart::loaders);
        sections = List.of(new GlobalSection(geoServer, xml), new LoggingSection(geoServer, xml), settings, services);
    }

    /** Looked up each time: extensions may come with beans of their own after this one. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static List<XStreamServiceLoader<ServiceInfo>> loaders() {
        return (List) GeoServerExtensions.extensions(XStreamServiceLoader.class);
    }

    @Override
    public List<String> prefixes() {
        return List.of("config/");
    }

    @Override
    public void start(Consumer<String> told) {
        Consumer<String> changed = key -> {
            Set<String> noted = edited;
            if (noted != null) {
                noted.add(key);
            }
            told.accept(key);
        };
        geoServer.addListener(new ConfigEvents(changed, removed, settings, services));
        catalog.addListener(new WorkspaceRemovals(changed, removed, settings, services));
        sequence.install();
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        for (Section section : sections) {
            section.keys(key -> {
                Local local = read(key);
                if (local != null && local.content() != null && !isMadeAnew(key, local.content())) {
                    snapshot.object(key, local.content());
                }
            });
        }
        edited = null;
    }

    /**
     * Whether GeoServer wrote the file itself when it started, with its defaults: nothing was there, or nothing that it could read.
     * That is nobody's edit. It is not told, so the cluster's is put in its place.
     */
    private boolean isMadeAnew(String key, Content here) {
        Set<String> noted = edited;
        if (noted == null || noted.contains(key) || here.modified() < started) {
            return false;
        }
        Content there = shared.content(key);
        boolean anew = there != null && !Arrays.equals(here.bytes(), there.bytes());
        if (anew) {
            LOGGER.warning("GeoServer wrote " + key + " anew when it started, for there was none that it could read; "
                    + "the cluster's is put in its place");
        }
        return anew;
    }

    @Override
    public Local read(String key) {
        try {
            Section section = section(key);
            byte[] xml = section.xml(key);
            if (xml == null) {
                return removed.remove(key) && !ServiceSection.isGlobal(key) ? Local.NOTHING : null;
            }
            removed.remove(key);
            CanonicalXml.Form form = canonical(xml);
            return Local.of(new Content(whole(section, key, form.bytes()), form.extra(), modified(section.file(key))));
        } catch (IOException | XmlException e) {
            throw new IllegalStateException(key + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** With what the cluster says of it and this GeoServer does not know. */
    private byte[] whole(Section section, String key, byte[] here) {
        Content there = shared.content(key);
        if (there == null) {
            return here;
        }
        try {
            return UnknownElements.keep(here, there.bytes(), () -> {
                byte[] xml = CanonicalXml.local(there.bytes(), there.extra(), ids::toLocal, null);
                return canonical(section.reread(key, xml)).bytes();
            });
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, "What the cluster says cannot be read here: " + key, e);
            return here;
        }
    }

    @Override
    public int order(String key) {
        return 700;
    }

    @Override
    public Applied apply(Pending pending) {
        String key = pending.key();
        try {
            Section section = section(key);
            if (pending.isRemoval()) {
                section.remove(key);
            } else {
                put(section, key, pending.content());
            }
            Local local = read(key);
            return Applied.as(local == null ? Local.NOTHING : local);
        } catch (Section.NotYet e) {
            return Applied.without(e.getMessage(), e.needs());
        } catch (IOException | XmlException e) {
            return Applied.not(key + " cannot be applied: " + e.getMessage());
        }
    }

    /** Nothing is saved if nothing is new: each save counts the update sequence up, and clients ask anew. */
    private void put(Section section, String key, Content content) throws IOException {
        byte[] here = section.xml(key);
        if (here != null && Arrays.equals(canonical(here).bytes(), content.bytes())) {
            return;
        }
        byte[] xml = CanonicalXml.local(content.bytes(), content.extra(), ids::toLocal, null);
        section.put(key, here == null ? xml : CanonicalXml.keep(xml, here, nodeLocal));
    }

    @Override
    public void settle() {
        sequence.settle();
    }

    private CanonicalXml.Form canonical(byte[] xml) {
        return CanonicalXml.canonical(xml, ids::toCluster, nodeLocal);
    }

    private Section section(String key) throws IOException {
        return sections.stream()
                .filter(section -> section.has(key))
                .findFirst()
                .orElseThrow(() -> new IOException("a node of a newer version has objects that this one does not know"));
    }

    private long modified(String file) {
        return file == null ? 0 : catalog.getResourceLoader().get(file).lastmodified();
    }
}
