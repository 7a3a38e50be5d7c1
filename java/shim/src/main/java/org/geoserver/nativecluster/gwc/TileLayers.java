// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.PublishedInfo;
import org.geoserver.gwc.GWC;
import org.geoserver.gwc.layer.GeoServerTileLayer;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.gwc.layer.TileLayerCatalog;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.catalog.CatalogPart;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.xml.CanonicalXml;
import org.geoserver.nativecluster.xml.Dom;
import org.geoserver.nativecluster.xml.XmlException;
import org.geotools.util.logging.Logging;
import org.w3c.dom.Element;

/**
 * The settings of layers' and groups' tiles, a file each. The file's name is made of the layer's id, but not so that the id
 * could be told from it; so which file is whose is remembered.
 */
final class TileLayers implements Family {
    private static final Logger LOGGER = Logging.getLogger(TileLayers.class);

    private static final String PREFIX = "gwc/layer/";

    /** Of GeoServer 2.28 and before; 3.0 does not keep tiles in memory. */
    private static final List<String> PER_NODE = List.of("inMemoryCached");

    private final Folder folder;
    private final Ids ids;
    private final Catalog catalog;
    private final Supplier<GWC> gwc;
    private final TileLayerCatalog layers;
    private final Scratch scratch;
    private final Map<String, String> idOfFile = new ConcurrentHashMap<>();
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    /** What was read of each file last, as a digest. */
    private final Map<String, byte[]> told = new ConcurrentHashMap<>();

    private volatile Consumer<String> changed = key -> {};

    TileLayers(
            Folder folder, Ids ids, Catalog catalog, Supplier<GWC> gwc, TileLayerCatalog layers, Scratch scratch) {
        this.folder = folder;
        this.ids = ids;
        this.catalog = catalog;
        this.gwc = gwc;
        this.layers = layers;
        this.scratch = scratch;
    }

    /** The key of a layer's or group's tiles, by its id on this node. */
    String key(String localId) {
        return PREFIX + ids.toCluster(localId);
    }

    /** That the tiles of these layers, given by their names, will be changed by what is applied. */
    void touched(Iterable<String> names) {
        for (String name : names) {
            GeoServerTileLayerInfo info = layers.getLayerByName(name);
            if (info != null) {
                Applying.touched(key(info.getId()));
            }
        }
    }

    @Override
    public boolean has(String key) {
        return key.startsWith(PREFIX);
    }

    @Override
    public int order() {
        return 800;
    }

    @Override
    public void start(Consumer<String> changed) {
        this.changed = changed;
        folder.start(name -> changed(name, changed));
        catalog.addListener(new TileNames(catalog, this::rename, published -> remove(published.getId())));
    }

    /** GeoServer writes the settings of all groups that a layer is in when the layer changes, though they stay the same. */
    private void changed(String name, Consumer<String> changed) {
        byte[] xml = folder.read(name);
        String id;
        if (xml == null) {
            id = forget(name);
            if (id != null) {
                removed.add(id);
            }
        } else if (Arrays.equals(digest(xml), told.get(name))) {
            return;
        } else {
            id = Dom.id(xml);
            if (id != null) {
                idOfFile.put(name, id);
                removed.remove(id);
            }
        }
        if (id != null) {
            changed.accept(key(id));
        }
    }

    /**
     * Tiles of a layer that is not here are left over from one that was removed, and nobody's. What has not the layer's name was
     * not renamed with it, so the cluster's is put in place with the name.
     */
    @Override
    public void snapshot(Snapshot snapshot) {
        try {
            folder.files().forEach((name, modified) -> {
                byte[] xml = folder.read(name);
                String id = xml == null ? null : Dom.id(xml);
                if (id != null) {
                    idOfFile.put(name, id);
                    PublishedInfo published = here(id);
                    boolean isNamed = published != null && xml == named(xml, published);
                    Content content = isNamed ? content(name, xml, modified) : null;
                    if (content != null) {
                        snapshot.object(key(id), content);
                    }
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Local read(String key) {
        String id = ids.toLocal(key.substring(PREFIX.length()));
        String name = Scratch.fileName(id);
        byte[] xml = folder.read(name);
        if (xml != null) {
            idOfFile.put(name, id);
            Content content = content(name, xml, folder.modified(name));
            return content == null ? null : Local.of(content);
        }
        boolean wasHere = forget(name) != null;
        return removed.remove(id) || wasHere ? Local.NOTHING : null;
    }

    /** Null if it is not whole: it is being written, and told of again. */
    private Content content(String name, byte[] xml, long modified) {
        try {
            Content content = new Content(CanonicalXml.canonical(xml, ids::toCluster, PER_NODE).bytes(), modified);
            told.put(name, digest(xml));
            return content;
        } catch (XmlException e) {
            return null;
        }
    }

    /** Returns the id of the layer that the file was of, if that is known. */
    private String forget(String name) {
        told.remove(name);
        return idOfFile.remove(name);
    }

    private static byte[] digest(byte[] xml) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(xml);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }

    private PublishedInfo here(String id) {
        PublishedInfo layer = catalog.getLayer(id);
        return layer == null ? catalog.getLayerGroup(id) : layer;
    }

    @Override
    public Applied apply(Pending pending) {
        String id = ids.toLocal(pending.key().substring(PREFIX.length()));
        if (pending.isRemoval()) {
            remove(id);
            forget(Scratch.fileName(id));
            return Applied.as(Local.NOTHING);
        }
        PublishedInfo published = here(id);
        if (published == null) {
            String stands = ids.toCluster(id);
            return Applied.without(
                    "The layer whose tiles these are is not here yet", CatalogPart.layer(stands), CatalogPart.layerGroup(stands));
        }
        if (pending.sameDirectory()) {
            // GeoServer looks at the files itself
            Local local = read(pending.key());
            return Applied.as(local == null ? Local.NOTHING : local);
        }
        GeoServerTileLayerInfo before = layers.getLayerById(id);
        GeoServerTileLayerInfo info;
        try {
            info = info(published, before, pending.content());
        } catch (IOException e) {
            return Applied.not("The settings cannot be stored: " + e);
        } catch (XmlException e) {
            return Applied.not("The settings are no XML: " + e.getMessage());
        }
        if (info == null) {
            return Applied.not("This GeoServer cannot read the settings: see its log");
        }
        String problem = save(published, before, info);
        return problem == null ? Applied.as(saved(pending, info)) : Applied.not(problem);
    }

    /**
     * What is here after settings were saved. GeoWebCache's REST and pages do not wait for the configuration lock: if somebody
     * has edited them already, what was saved is another state than what is here, which is an edit.
     */
    private Local saved(Pending pending, GeoServerTileLayerInfo info) {
        Local local = read(pending.key());
        if (local != null && info.equals(layers.getLayerById(info.getId()))) {
            return local;
        }
        changed.accept(pending.key());
        return Local.of(pending.content());
    }

    /** The settings as GeoServer reads them, with what is this node's own and the layer's name; null if it cannot. */
    private GeoServerTileLayerInfo info(PublishedInfo published, GeoServerTileLayerInfo before, Content content)
            throws IOException, XmlException {
        String id = published.getId();
        byte[] xml = CanonicalXml.local(content.bytes(), content.extra(), ids::toLocal, id);
        byte[] here = before == null ? null : folder.read(Scratch.fileName(id));
        return scratch.tileLayer(named(here == null ? xml : CanonicalXml.keep(xml, here, PER_NODE), published), id);
    }

    /** Gives a layer's tiles its name. */
    private void rename(PublishedInfo published) {
        GeoServerTileLayerInfo before = layers.getLayerById(published.getId());
        byte[] xml = before == null ? null : folder.read(Scratch.fileName(published.getId()));
        if (xml == null || before.getName().equals(published.prefixedName())) {
            return;
        }
        try {
            String problem = save(published, before, scratch.tileLayer(named(xml, published), published.getId()));
            if (problem != null) {
                LOGGER.warning("The tiles of " + published.prefixedName() + " are still called " + before.getName() + ": " + problem);
            }
        } catch (IOException | XmlException e) {
            LOGGER.log(Level.WARNING, "The tiles of " + published.prefixedName() + " are still called " + before.getName(), e);
        }
    }

    private void remove(String id) {
        GeoServerTileLayerInfo info = layers.getLayerById(id);
        if (info != null) {
            gwc.get().removeTileLayers(List.of(info.getName()));
        }
    }

    /** With the layer's name; the same array if it has it. */
    private static byte[] named(byte[] xml, PublishedInfo published) {
        Element root;
        try {
            root = Dom.parse(xml);
        } catch (XmlException e) {
            return xml;
        }
        Element name = Dom.child(root, "name");
        if (name == null || name.getTextContent().trim().equals(published.prefixedName())) {
            return xml;
        }
        name.setTextContent(published.prefixedName());
        return Dom.write(root);
    }

    private String save(PublishedInfo published, GeoServerTileLayerInfo before, GeoServerTileLayerInfo info) {
        String id = info.getId();
        GeoServerTileLayerInfo namesake = layers.getLayerByName(info.getName());
        if (namesake != null && !namesake.getId().equals(id)) {
            if (here(namesake.getId()) != null) {
                return "Another layer's tiles have the name " + info.getName();
            }
            // left over: GeoWebCache looks after its files late, and may read one that was just removed
            gwc.get().removeTileLayers(List.of(info.getName()));
        }
        GeoServerTileLayer layer = new GeoServerTileLayer(published, gwc.get().getGridSetBroker(), info);
        if (before == null) {
            gwc.get().add(layer);
            return null;
        }
        if (!before.getName().equals(info.getName())) {
            gwc.get().rename(before.getName(), info.getName());
        }
        gwc.get().save(layer);
        return null;
    }
}
