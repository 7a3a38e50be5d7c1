// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.LayerGroupInfo;
import org.geoserver.catalog.LayerInfo;
import org.geoserver.catalog.StoreInfo;
import org.geoserver.catalog.WMSLayerInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.catalog.impl.ResolvingProxyResolver;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.xml.CanonicalXml;
import org.geoserver.nativecluster.xml.Dom;
import org.geoserver.nativecluster.xml.XmlException;
import org.w3c.dom.Element;

/**
 * Tells what GeoServer could not load as it is in its file, and has in another state for that: a store whose password it cannot
 * decrypt is disabled, and the ciphertext is its password; a layer loses the styles that are missing, or refers to none. That is
 * nobody's edit.
 */
final class LoadDamage {
    private final Catalog catalog;
    private final SharedObjects shared;
    private final Ids ids;
    private final Path dataDirectory;

    LoadDamage(Catalog catalog, SharedObjects shared, Ids ids, Path dataDirectory) {
        this.catalog = catalog;
        this.shared = shared;
        this.ids = ids;
        this.dataDirectory = dataDirectory;
    }

    /**
     * Why an object that is written as the cluster has it is not what it says: it refers to what was missing when it was loaded,
     * and the cluster has. Null: it is.
     */
    String dangling(CatalogInfo object) {
        Stream<? extends CatalogInfo> references = Stream.empty();
        // the catalog's proxy says that there is no such reference
        CatalogInfo real = ModificationProxy.unwrap(object);
        if (real instanceof LayerInfo layer && !isCascaded(layer)) {
            references = Stream.concat(Stream.ofNullable(layer.getDefaultStyle()), layer.getStyles().stream());
        } else if (real instanceof LayerGroupInfo group) {
            references = Stream.concat(group.getLayers().stream(), group.getStyles().stream());
        }
        return references
                .filter(reference -> reference != null && reference.getId() != null && isOnlyElsewhere(reference))
                .findFirst()
                .map(reference -> "it refers to what was not here: " + reference.getId())
                .orElse(null);
    }

    /** The styles of such a layer are the remote server's, who would be asked. */
    private static boolean isCascaded(LayerInfo layer) {
        return layer.getResource() instanceof WMSLayerInfo;
    }

    /** Has an object refer to what was missing when it was loaded, and is here now. */
    void mend(CatalogInfo object) {
        if (object instanceof LayerInfo layer && !isCascaded(layer) || object instanceof LayerGroupInfo) {
            ResolvingProxyResolver.resolve(ModificationProxy.unwrap(object), catalog);
        }
    }

    private boolean isOnlyElsewhere(CatalogInfo reference) {
        Kind kind = Kind.of(reference);
        String id = reference.getId();
        return kind.find(catalog, id) == null && shared.content(kind.key(ids.toCluster(id))) != null;
    }

    /** Why an object is not what its file says; null if it is, or if that cannot be seen. */
    String of(CatalogInfo object, Content encoded) {
        if (object instanceof StoreInfo store) {
            if (isWithoutPlugin(store)) {
                return withoutPlugin(store);
            }
            return !store.isEnabled() && isEnabledIn(file(store)) ? "GeoServer disabled it when it read it" : null;
        } else if (object instanceof LayerInfo layer) {
            return lost(file(layer), encoded);
        }
        return object instanceof LayerGroupInfo group ? lost(file(group), encoded) : null;
    }

    /** Whether no plugin of this GeoServer knows the store: then none says either which parameters are passwords. */
    boolean isWithoutPlugin(CatalogInfo object) {
        try {
            return object instanceof DataStoreInfo store && catalog.getResourcePool().getDataStoreFactory(store) == null;
        } catch (IOException e) {
            return true;
        }
    }

    static String withoutPlugin(CatalogInfo store) {
        return "This GeoServer has no plugin for stores of the type " + ((StoreInfo) store).getType()
                + ", and would write its passwords to disk in clear: install it on this node";
    }

    /** What cannot be read says nothing. */
    private boolean isEnabledIn(String file) {
        try {
            Element enabled = Dom.child(Dom.parse(read(file)), "enabled");
            return enabled != null && enabled.getTextContent().trim().equals("true");
        } catch (IOException | InvalidPathException | XmlException e) {
            return false;
        }
    }

    /** What the file refers to, and neither the object does nor is there. */
    private String lost(String file, Content encoded) {
        try {
            List<String> kept = CanonicalXml.references(encoded.bytes());
            return CanonicalXml.references(read(file)).stream()
                    .filter(reference -> !kept.contains(ids.toCluster(reference)) && !Kind.isHere(catalog, reference))
                    .findFirst()
                    .map(reference -> "it refers to what is not here: " + reference)
                    .orElse(null);
        } catch (IOException | InvalidPathException | XmlException e) {
            return null;
        }
    }

    private byte[] read(String file) throws IOException {
        return Files.readAllBytes(dataDirectory.resolve(file));
    }

    private static String file(StoreInfo store) {
        return folder(store) + "/" + Kind.of(store).word + ".xml";
    }

    private static String folder(StoreInfo store) {
        return "workspaces/" + store.getWorkspace().getName() + "/" + store.getName();
    }

    private static String file(LayerInfo layer) {
        return folder(layer.getResource().getStore()) + "/" + layer.getResource().getName() + "/layer.xml";
    }

    private static String file(LayerGroupInfo group) {
        WorkspaceInfo workspace = group.getWorkspace();
        String file = "layergroups/" + group.getName() + ".xml";
        return workspace == null ? file : "workspaces/" + workspace.getName() + "/" + file;
    }
}
