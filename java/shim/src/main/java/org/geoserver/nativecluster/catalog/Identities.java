// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geotools.util.logging.Logging;

/** Finds out, before all is compared, which objects of this node are the cluster's, although their ids differ. */
final class Identities {
    private static final Logger LOGGER = Logging.getLogger(Identities.class);

    private final Catalog catalog;
    private final SharedObjects shared;
    private final Codec codec;
    private final ClusterIds ids;

    Identities(Catalog catalog, SharedObjects shared, Codec codec, ClusterIds ids) {
        this.catalog = catalog;
        this.shared = shared;
        this.codec = codec;
        this.ids = ids;
    }

    /**
     * First the ids that gave way to others, as the cluster knows; then what has the same name. In the order of the kinds, for
     * the name of a store is one within a workspace.
     *
     * @param found called with the key of each id that gives way from now on, to be published
     */
    void find(Consumer<String> found) {
        for (Kind kind : Kind.values()) {
            Map<String, CatalogInfo> here = new HashMap<>();
            kind.all(catalog).forEach(object -> here.put(object.getId(), object));
            Map<String, Content> there = contents(kind);
            Set<String> standing = new HashSet<>(there.keySet());
            for (String id : there.keySet()) {
                String stands = ClusterIds.movedTo(there.get(id));
                if (stands == null) {
                    continue;
                }
                standing.remove(id);
                // if both are here, they become one when the entry is applied
                if (!ids.areTwo(id, stands, here::containsKey) && !ids.isOtherwise(id, stands)) {
                    ids.move(id, stands, here::containsKey);
                }
            }
            match(kind, here, there, standing, found);
        }
    }

    private Map<String, Content> contents(Kind kind) {
        Map<String, Content> contents = new HashMap<>();
        for (String key : shared.keys(kind.prefix())) {
            Content content = shared.content(key);
            if (content != null) {
                contents.put(kind.id(key), content);
            }
        }
        return contents;
    }

    private void match(
            Kind kind,
            Map<String, CatalogInfo> here,
            Map<String, Content> there,
            Set<String> standing,
            Consumer<String> found) {
        Map<String, String> unknown = new HashMap<>();
        here.forEach((id, object) -> {
            if (!there.containsKey(id)) {
                unknown.put(Kind.name(object), id);
            }
        });
        if (unknown.isEmpty()) {
            return;
        }
        List<String> absent = new ArrayList<>();
        standing.stream().filter(id -> !here.containsKey(ids.toLocal(id))).forEach(absent::add);
        for (String id : absent) {
            String own = unknown.get(name(kind, id, there.get(id)));
            if (own != null) {
                ids.move(own, id, here::containsKey);
                found.accept(kind.key(own));
            }
        }
    }

    /** Null if it refers to what is not here: then its name is in another workspace than any of this node's. */
    private String name(Kind kind, String id, Content content) {
        try {
            return Kind.name(codec.decode(content, id));
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "Not compared by name: " + kind.key(id), e);
            return null;
        }
    }
}
