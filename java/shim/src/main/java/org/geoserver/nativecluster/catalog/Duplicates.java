// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

    /** The keys of what refers to other objects than it was told to. */
    private final Set<String> referred = new HashSet<>();

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

    /**
     * Has one of two objects give way to the other one, tells the cluster, and keeps what it was, unless it was as the other.
     *
     * @param lost as it is, or is to be
     * @param stands as it is, or is to be
     */
    void decide(Kind kind, String lostId, CatalogInfo lost, String id, CatalogInfo stands) {
        Content content = codec.encode(lost);
        boolean isSame = Arrays.equals(content.bytes(), codec.encode(stands).bytes());
        giveWay(kind, lostId, id);
        if (!isSame) {
            shared.lost(kind.key(id), kind.key(lostId), content);
        }
        changed.accept(kind.key(lostId));
    }

    /**
     * From now on an id means the object that stands for another one. If only the one that gives way is here, it is the other one
     * from now on. If both are, as when one of them is given the other's name elsewhere, it is removed, and all that refers to it
     * refers to the other one. Of what fails, nothing is decided: it goes on where it ended when it is tried again.
     *
     * @return whether only the one that gives way is here, or one that was the other way round: then the one that stands may be
     *     nowhere else
     */
    boolean giveWay(Kind kind, String lostId, String id) {
        if (ids.isMoved(lostId) && ids.toCluster(lostId).equals(ids.toCluster(id))) {
            return false;
        }
        Predicate<String> isHere = local -> kind.find(catalog, local) != null;
        if (ids.areTwo(lostId, id, isHere)) {
            LOGGER.info(() ->
                    kind.key(lostId) + " and " + kind.key(id) + " were given one name on two nodes at once and become one");
            merge(kind.find(catalog, ids.toLocal(lostId)), kind.find(catalog, ids.toLocal(id)));
        }
        String before = ids.toLocal(lostId);
        ids.move(lostId, id, isHere);
        // settings and tiles are known by the ids of what they are for
        changed.accept(Part.ALL);
        return isHere.test(before) && before.equals(ids.toLocal(id));
    }

    /**
     * Whether an object came to refer to another one since this was last asked. Which ones become one in which order is not the same
     * on all nodes: so what the cluster says of it is put in place again.
     */
    boolean isReferred(String key) {
        return referred.remove(key);
    }

    private void merge(CatalogInfo lost, CatalogInfo stands) {
        Set<String> met = new HashSet<>();
        List<CatalogInfo> moved = new ArrayList<>();
        for (CatalogInfo each = Dependents.first(catalog, lost); each != null; each = Dependents.first(catalog, lost)) {
            if (!met.add(each.getId())) {
                throw new IllegalStateException(Kind.name(each) + " still refers to " + Kind.name(lost));
            }
            refer(each, lost, stands);
            moved.add(each);
        }
        defaults.replace(lost, stands);
        CatalogInfo real = ModificationProxy.unwrap(lost);
        Kind.remove(catalog.getFacade(), real);
        catalog.fireRemoved(real);
        moved.forEach(this::write);
    }

    /** What is in a folder that became another one's is written there: its files may have gone with the folder of what was removed. */
    private void write(CatalogInfo object) {
        CatalogInfo here = Kind.of(object).find(catalog, object.getId());
        if (here == null) {
            return;
        }
        catalog.firePostModified(ModificationProxy.unwrap(here), List.of(), List.of(), List.of());
        if (here instanceof StoreInfo store) {
            catalog.getResourcesByStore(store, ResourceInfo.class).forEach(this::write);
        } else if (here instanceof ResourceInfo resource) {
            catalog.getLayers(resource).forEach(this::write);
        }
    }

    /** Has an object refer to the one that stands. If another one has its name there, the two become one. */
    private void refer(CatalogInfo object, CatalogInfo lost, CatalogInfo stands) {
        Kind kind = Kind.of(object);
        CatalogInfo wanted = referring(object, lost, stands);
        CatalogInfo other = Kind.sameName(catalog, wanted);
        if (other != null && !other.getId().equals(object.getId())) {
            if (Kind.of(other) != kind) {
                renameFor(object);
                wanted = referring(object, lost, stands);
            } else if (!wins(kind, object, wanted, other)) {
                return;
            }
        }
        State.prepare(object, wanted, kind.type);
        Kind.save(catalog.getFacade(), object);
        State.force(object, wanted);
        referred.add(kind.key(ids.toCluster(object.getId())));
    }

    private CatalogInfo referring(CatalogInfo object, CatalogInfo lost, CatalogInfo stands) {
        String lostId = ids.toCluster(lost.getId());
        return codec.decode(
                codec.encode(object), object.getId(), id -> id.equals(lostId) ? stands.getId() : ids.toLocal(id));
    }

    /** A store of data and one of coverages, say, or what they serve. */
    private void renameFor(CatalogInfo object) {
        Kind kind = Kind.of(object);
        String name = object instanceof StoreInfo store ? store.getName() : ((ResourceInfo) object).getName();
        State.rename(object, name + '-' + kind.word);
        Kind.save(catalog.getFacade(), object);
        changed.accept(kind.key(ids.toCluster(object.getId())));
    }

    /** Decides between two; false if the first one gave way. */
    private boolean wins(Kind kind, CatalogInfo one, CatalogInfo wanted, CatalogInfo other) {
        String id = ids.toCluster(one.getId());
        String otherId = ids.toCluster(other.getId());
        Content content = shared.content(kind.key(id));
        boolean wins = wins(kind, id, content == null ? codec.encode(one) : content, otherId);
        if (wins) {
            decide(kind, otherId, other, id, wanted);
        } else {
            decide(kind, id, wanted, otherId, other);
        }
        return wins;
    }
}
