// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.ResourceInfo;
import org.geoserver.catalog.StoreInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geotools.util.logging.Logging;

/**
 * Two objects of the cluster with one name: they were made, or given it, on two nodes that did not know of each other. They become
 * one; all nodes have the contents of both, and come to the same of the two.
 */
final class Duplicates {
    private static final Logger LOGGER = Logging.getLogger(Duplicates.class);

    private final Catalog catalog;
    private final SharedObjects shared;
    private final Codec codec;
    private final ClusterIds ids;
    private final Defaults defaults;
    private final Consumer<String> changed;

    /** @param changed called with the key of each id that gives way by a decision of this node, and with {@link Part#ALL} */
    Duplicates(
            Catalog catalog, SharedObjects shared, Codec codec, ClusterIds ids, Defaults defaults, Consumer<String> changed) {
        this.catalog = catalog;
        this.shared = shared;
        this.codec = codec;
        this.ids = ids;
        this.defaults = defaults;
        this.changed = changed;
    }

    /** Whether by this content an object has the name that another one is to have. */
    boolean hasName(Content content, Kind kind, String id, CatalogInfo wanted) {
        if (content == null || ClusterIds.movedTo(content) != null) {
            return false;
        }
        try {
            return Kind.name(codec.decode(content, ids.toLocal(id))).equals(Kind.name(wanted));
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The one that was changed later, of equals the one with the greater id; one that the cluster does not know loses. */
    boolean wins(Kind kind, String id, Content content, String otherId) {
        Content other = shared.content(kind.key(otherId));
        if (other == null || content.modified() != other.modified()) {
            return other == null || content.modified() > other.modified();
        }
        return id.compareTo(otherId) > 0;
    }

    /** Has one of two objects give way to the other one, tells the cluster, and keeps what it was, unless it was as the other. */
    void decide(Kind kind, String lostId, CatalogInfo lost, String id, CatalogInfo stands) {
        Content content = codec.encode(lost);
        giveWay(kind, lostId, id);
        if (!Arrays.equals(content.bytes(), codec.encode(stands).bytes())) {
            shared.lost(kind.key(id), kind.key(lostId), content);
        }
        changed.accept(kind.key(lostId));
    }

    /**
     * From now on an id means the object that stands for another one. If only the one that gives way is here, it is the other one
     * from now on. If both are, as when one of them is given the other's name elsewhere, it is removed, and all that refers to it
     * refers to the other one.
     *
     * @return whether only the one that gives way is here, or one that was the other way round: then the one that stands may be
     *     nowhere else
     */
    boolean giveWay(Kind kind, String lostId, String id) {
        boolean isKnown = ids.isMoved(lostId);
        CatalogInfo lost = kind.find(catalog, isKnown ? lostId : ids.toLocal(lostId));
        CatalogInfo stands = kind.find(catalog, ids.toLocal(id));
        if (!isKnown) {
            // settings and tiles are known by the ids of what they are for
            changed.accept(Part.ALL);
        }
        boolean isTurned = !isKnown && State.same(lost, stands);
        if (isKnown || lost == null || stands == null || isTurned) {
            boolean hasLost = lost != null && (stands == null || isTurned);
            ids.move(lostId, id, hasLost);
            return hasLost;
        }
        ids.gone(lostId);
        ids.move(lostId, id, false);
        LOGGER.info(() -> kind.key(lostId) + " and " + kind.key(id) + " were given one name on two nodes at once and become one");
        merge(lost, stands);
        return false;
    }

    private void merge(CatalogInfo lost, CatalogInfo stands) {
        Set<String> moved = new HashSet<>();
        for (CatalogInfo each = Dependents.first(catalog, lost); each != null; each = Dependents.first(catalog, lost)) {
            if (refer(each) && !moved.add(each.getId())) {
                throw new IllegalStateException(Kind.name(each) + " still refers to " + Kind.name(lost));
            }
        }
        defaults.replace(lost, stands);
        CatalogInfo real = ModificationProxy.unwrap(lost);
        Kind.remove(catalog.getFacade(), real);
        catalog.fireRemoved(real);
    }

    /**
     * Has an object refer to what its references mean now.
     *
     * @return false if it became one with another one of its new name first
     */
    private boolean refer(CatalogInfo object) {
        Kind kind = Kind.of(object);
        CatalogInfo wanted = codec.decode(codec.encode(object), object.getId());
        CatalogInfo other = Kind.sameName(catalog, wanted);
        if (other != null && !other.getId().equals(object.getId())) {
            decide(kind, object, other);
            return false;
        }
        State.prepare(object, wanted, kind.type);
        Kind.save(catalog.getFacade(), object);
        State.force(object, wanted);
        defaults.moved(object);
        return true;
    }

    private void decide(Kind kind, CatalogInfo one, CatalogInfo other) {
        String id = ids.toCluster(one.getId());
        String otherId = ids.toCluster(other.getId());
        if (Kind.of(other) != kind) {
            // a store of data and one of coverages, say, or what they serve
            String name = one instanceof StoreInfo store ? store.getName() : ((ResourceInfo) one).getName();
            State.rename(one, name + '-' + kind.word);
            Kind.save(catalog.getFacade(), one);
            changed.accept(kind.key(id));
            return;
        }
        Content content = shared.content(kind.key(id));
        if (wins(kind, id, content == null ? codec.encode(one) : content, otherId)) {
            decide(kind, otherId, other, id, one);
        } else {
            decide(kind, id, one, otherId, other);
        }
    }
}
