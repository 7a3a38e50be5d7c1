// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.DataStoreInfo;
import org.geoserver.catalog.NamespaceInfo;
import org.geoserver.catalog.StyleInfo;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.nativecluster.active.Part;
import org.geoserver.nativecluster.active.UpdateSequence;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geoserver.nativecluster.xml.CanonicalXml;
import org.geotools.util.logging.Logging;

/** The objects of the catalog: keys {@code catalog/<kind>/<id>}, and the defaults. */
public final class CatalogPart implements Part {
    /** More objects than this do not change names in a ring by chance. */
    private static final int MAX_RING = 100;

    /** What an object is called for as long as the one is renamed that is to have its name. */
    private static final String ASIDE = "aside-";

    private static final Logger LOGGER = Logging.getLogger(CatalogPart.class);

    private final Catalog catalog;
    private final SharedObjects shared;
    private final ClusterIds ids;
    private final boolean readOnly;
    private final Codec codec;
    private final Removed removed = new Removed();
    private final Defaults defaults;
    private final Identities identities;
    private final Duplicates duplicates;
    private final Pairs pairs;
    private final Leftover leftover;
    private final LoadDamage damage;
    private final Needed needed;
    private final QuietListeners quiet;
    private final UpdateSequence sequence;
    private Consumer<String> changed = key -> {};

    /** What is to be applied in the round that is under way, by key. */
    private final Map<String, Pending> coming = new HashMap<>();

    public CatalogPart(
            Catalog rawCatalog,
            XStreamPersisterFactory factory,
            SharedObjects shared,
            ClusterIds ids,
            UpdateSequence sequence,
            Path dataDirectory,
            boolean readOnly) {
        this(rawCatalog, factory, shared, ids, sequence, dataDirectory, readOnly, () -> System.nanoTime() / 1_000_000);
    }

    /** @param clock milliseconds, from any beginning */
    CatalogPart(
            Catalog rawCatalog,
            XStreamPersisterFactory factory,
            SharedObjects shared,
            ClusterIds ids,
            UpdateSequence sequence,
            Path dataDirectory,
            boolean readOnly,
            LongSupplier clock) {
        this.catalog = rawCatalog;
        this.shared = shared;
        this.ids = ids;
        this.readOnly = readOnly;
        this.codec = new Codec(rawCatalog, factory, ids);
        this.defaults = new Defaults(rawCatalog, ids, removed, shared, key -> publish(key), clock);
        this.identities = new Identities(rawCatalog, shared, codec, ids);
        this.duplicates = new Duplicates(rawCatalog, shared, codec, ids, defaults, key -> publish(key));
        this.pairs = new Pairs(rawCatalog, codec, ids, key -> publish(key), clock);
        this.leftover = new Leftover(dataDirectory);
        this.damage = new LoadDamage(rawCatalog, shared, ids, dataDirectory);
        this.needed = new Needed(rawCatalog, shared, ids, clock);
        this.sequence = sequence;
        this.quiet = new QuietListeners(rawCatalog, factory, event -> readOnly && ReadOnlyGuard.refuses(event));
    }

    /** The key of a workspace, by its id in the cluster. */
    public static String workspace(String id) {
        return Kind.WORKSPACE.key(id);
    }

    /** The key of a layer, by its id in the cluster. */
    public static String layer(String id) {
        return Kind.LAYER.key(id);
    }

    /** The key of a group, by its id in the cluster. */
    public static String layerGroup(String id) {
        return Kind.LAYERGROUP.key(id);
    }

    @Override
    public List<String> prefixes() {
        return List.of(Kind.PREFIX, Defaults.PREFIX);
    }

    @Override
    public void start(Consumer<String> told) {
        changed = told;
        catalog.addListener(new CatalogChanges(ids, removed, told));
        if (readOnly) {
            catalog.addListener(new ReadOnlyGuard(catalog));
        }
        quiet.install();
        sequence.install();
    }

    @Override
    public boolean isPristine() {
        return Pristine.is(catalog);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        quiet.install();
        identities.find(changed);
        for (Kind kind : Kind.values()) {
            for (CatalogInfo object : kind.all(catalog)) {
                String id = object.getId();
                if (ids.isMoved(id) && shared.content(kind.key(id)) != null) {
                    snapshot.object(kind.key(id), ids.contentOfMoved(id));
                }
                try {
                    String key = kind.key(ids.toCluster(id));
                    Content there = shared.content(key);
                    Content here = encode(key, object, there);
                    // what is not told, and is in the cluster, is put in place
                    boolean isReferred = duplicates.isReferred(key) && there != null;
                    if (!isReferred && !isDamaged(object, here, there)) {
                        snapshot.object(key, here);
                    }
                } catch (RuntimeException e) {
                    // its absence is not told: the cluster's is put in its place
                    LOGGER.log(Level.WARNING, "Cannot be compared: " + kind.word + " " + Kind.name(object), e);
                }
            }
        }
        defaults.snapshot(snapshot);
    }

    /** Its absence is not told: the cluster's, if there is one, is put in its place. */
    private boolean isDamaged(CatalogInfo object, Content here, Content there) {
        if (there == null) {
            return false;
        }
        String dangling = damage.dangling(object);
        boolean isSame = Arrays.equals(here.bytes(), there.bytes());
        String reason = dangling != null || isSame ? dangling : damage.of(object, here);
        if (reason != null) {
            LOGGER.warning("GeoServer could not load what is in its file, so what the cluster says counts: "
                    + Kind.of(object).word + " " + Kind.name(object) + ": " + reason);
        }
        return reason != null;
    }

    /** With what the cluster says of it and this GeoServer does not know. */
    private Content encode(String key, CatalogInfo object, Content there) {
        Content here = codec.encode(object);
        if (there == null || ClusterIds.movedTo(there) != null) {
            return here;
        }
        try {
            return codec.whole(here, there, () -> codec.decode(there, object.getId()));
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "What the cluster says cannot be read here: " + key, e);
            return here;
        }
    }

    @Override
    public Local read(String key) {
        Kind kind = Kind.of(key);
        if (kind == null) {
            return defaults.read(key);
        }
        String id = kind.id(key);
        if (ids.isMoved(id)) {
            return Local.of(ids.contentOfMoved(id));
        }
        CatalogInfo object = kind.find(catalog, ids.toLocal(id));
        if (object != null) {
            return Local.of(encode(key, object, shared.content(key)));
        }
        return removed.take(key) ? Local.NOTHING : null;
    }

    @Override
    public int order(String key) {
        Kind kind = Kind.of(key);
        return kind == null ? 900 : kind.order;
    }

    @Override
    public void coming(Collection<Pending> all) {
        coming.clear();
        all.forEach(pending -> coming.put(pending.key(), pending));
    }

    @Override
    public Applied apply(Pending pending) {
        quiet.install();
        Kind kind = Kind.of(pending.key());
        Applied applied = kind == null ? defaults.apply(pending) : apply(kind, pending);
        if (applied.problem() == null) {
            coming.remove(pending.key());
        }
        return applied;
    }

    @Override
    public void settle() {
        pairs.settle();
        defaults.settle();
        sequence.settle();
    }

    @Override
    public boolean isSettled() {
        return pairs.isSettled();
    }

    private Applied apply(Kind kind, Pending pending) {
        if ((kind == Kind.WORKSPACE || kind == Kind.NAMESPACE) && !readOnly) {
            pairs.touched();
        }
        String id = kind.id(pending.key());
        String stands = ClusterIds.movedTo(pending.content());
        if (stands != null) {
            return moved(kind, id, stands, pending);
        }
        if (ids.isMoved(id) && isTurned(kind, id)) {
            duplicates.giveWay(kind, ids.toCluster(id), id);
        } else if (ids.isMoved(id)) {
            // somebody who did not know it yet: the object under the other id is what stands
            if (!readOnly && !pending.isRemoval()) {
                shared.lost(kind.key(ids.toCluster(id)), pending.key(), pending.content());
            }
            return gaveWay(id, pending);
        }
        CatalogInfo here = kind.find(catalog, ids.toLocal(id));
        if (pending.isRemoval()) {
            return here == null ? Applied.as(Local.NOTHING) : remove(id, here);
        }
        for (String reference : CanonicalXml.references(pending.content().bytes())) {
            if (!Kind.isHere(catalog, ids.toLocal(reference))) {
                return Applied.not("It refers to what is not here yet: " + reference);
            }
        }
        CatalogInfo wanted = codec.decode(pending.content(), ids.toLocal(id));
        if (damage.isWithoutPlugin(wanted)) {
            return Applied.not(LoadDamage.withoutPlugin(wanted));
        }
        if (here instanceof NamespaceInfo namespace && !namespace.getPrefix().equals(Kind.name(wanted))) {
            Applied otherwise = asItsWorkspace(namespace, wanted, pending);
            if (otherwise != null) {
                return otherwise;
            }
        }
        CatalogInfo other = Kind.sameName(catalog, wanted);
        if (other != null && !other.getId().equals(wanted.getId())) {
            return taken(kind, pending, wanted, other);
        }
        return put(kind, pending, here, wanted);
    }

    /**
     * A workspace has the namespace of its name. Renamed on two nodes at once, the one may come from here and the other from
     * there: then it is the workspace that counts, and the namespace is published again with its name.
     *
     * @return null if the namespace can be renamed
     */
    private Applied asItsWorkspace(NamespaceInfo here, CatalogInfo wanted, Pending pending) {
        WorkspaceInfo workspace = catalog.getWorkspaceByName(here.getPrefix());
        String id = workspace == null ? null : ids.toCluster(workspace.getId());
        Content content = id == null ? null : shared.content(Kind.WORKSPACE.key(id));
        boolean isItsOwn = catalog.getWorkspaceByName(Kind.name(wanted)) == null && !isComing(here.getPrefix(), here);
        if (content == null || ClusterIds.movedTo(content) != null || !isItsOwn) {
            return null;
        }
        String name = Kind.name(codec.decode(content, workspace.getId()));
        if (name.equals(Kind.name(wanted))) {
            return null;
        } else if (!name.equals(here.getPrefix())) {
            return Applied.not("Its workspace is renamed first: " + id);
        }
        changed.accept(pending.key());
        return Applied.as(Local.of(pending.content()));
    }

    /** Whether another namespace is to have a prefix: then the workspace of that name is the other's, renamed before it. */
    private boolean isComing(String prefix, NamespaceInfo here) {
        return coming.values().stream()
                .filter(pending -> Kind.of(pending.key()) == Kind.NAMESPACE && !pending.isRemoval())
                .map(pending -> Map.entry(ids.toLocal(Kind.NAMESPACE.id(pending.key())), pending.content()))
                .filter(other -> !other.getKey().equals(here.getId()) && ClusterIds.movedTo(other.getValue()) == null)
                .anyMatch(other -> Kind.name(codec.decode(other.getValue(), other.getKey())).equals(prefix));
    }

    /** An id gave way to another one: this node's object with it is the other one from now on, or becomes one with it. */
    private Applied moved(Kind kind, String id, String stands, Pending pending) {
        if (ids.isOtherwise(id, stands)) {
            // who decided that comes to the same when it hears this
            publish(kind.key(id));
            publish(kind.key(stands));
            return Applied.as(Local.of(pending.content()));
        }
        if (duplicates.giveWay(kind, id, stands)) {
            publish(kind.key(stands));
        }
        return Applied.as(Local.of(ids.contentOfMoved(id)));
    }

    /** Whether in the cluster the id that stands here gave way to the one that gave way here. */
    private boolean isTurned(Kind kind, String id) {
        String stands = ids.toCluster(id);
        Set<String> met = new HashSet<>();
        while (stands != null && !stands.equals(id) && met.add(stands)) {
            stands = ClusterIds.movedTo(shared.content(kind.key(stands)));
        }
        return id.equals(stands);
    }

    /** By what this node knows or decided, which others may not know: so it is told, unless this node must not. */
    private Applied gaveWay(String id, Pending pending) {
        publish(pending.key());
        return Applied.as(readOnly ? Local.of(ids.contentOfMoved(id)) : told(pending));
    }

    private static Local told(Pending pending) {
        return pending.isRemoval() ? Local.NOTHING : Local.of(pending.content());
    }

    /** Has told what this node decided, unless it must not. */
    private void publish(String key) {
        if (!readOnly || key.equals(Part.ALL)) {
            changed.accept(key);
        }
    }

    private Applied remove(String id, CatalogInfo here) {
        String key = Kind.of(here).key(id);
        CatalogInfo dependent = dependent(here);
        if (dependent != null) {
            String by = Kind.of(dependent).word + " " + Kind.name(dependent) + " ("
                    + Kind.of(dependent).key(ids.toCluster(dependent.getId())) + ")";
            if (!needed.isForGood(key, dependent, coming)) {
                return Applied.not("It is still needed by " + by);
            }
            LOGGER.info(key + " was removed elsewhere and is published again, for it is needed by " + by);
            changed.accept(key);
            if (here instanceof WorkspaceInfo workspace) {
                changed.accept(Defaults.WORKSPACE);
                changed.accept(Defaults.keyOfStore(workspace, ids));
            } else if (here instanceof DataStoreInfo store) {
                changed.accept(Defaults.keyOfStore(store.getWorkspace(), ids));
            }
            return Applied.as(Local.NOTHING);
        }
        needed.forget(key);
        CatalogInfo real = ModificationProxy.unwrap(here);
        Kind.remove(catalog.getFacade(), real);
        ids.gone(id);
        if (real instanceof DataStoreInfo store) {
            defaults.left(store.getWorkspace(), store);
        } else if (real instanceof NamespaceInfo namespace) {
            pairs.removed(id, namespace);
        }
        catalog.fireRemoved(real);
        return Applied.as(Local.NOTHING);
    }

    /** What needs an object, or null: a namespace the workspace of its name too, unless another namespace comes for that. */
    private CatalogInfo dependent(CatalogInfo here) {
        CatalogInfo dependent = Dependents.first(catalog, here);
        return dependent == null && here instanceof NamespaceInfo namespace && !isComing(namespace.getPrefix(), namespace)
                ? catalog.getWorkspaceByName(namespace.getPrefix())
                : dependent;
    }

    /** The name belongs to another object here. */
    private Applied taken(Kind kind, Pending pending, CatalogInfo wanted, CatalogInfo other) {
        Kind otherKind = Kind.of(other);
        String otherId = ids.toCluster(other.getId());
        Pending next = coming.get(otherKind.key(otherId));
        String id = kind.id(pending.key());
        if (next != null && (next.isRemoval() || !duplicates.hasName(next.content(), otherKind, otherId, wanted))) {
            CatalogInfo here = kind.find(catalog, ids.toLocal(id));
            if (here == null || !isRing(here, other)) {
                return Applied.not("Its name belongs to another object, which is changed or removed first: " + otherId);
            }
            State.rename(other, ASIDE + UUID.randomUUID());
            Kind.save(catalog.getFacade(), other);
            return put(kind, pending, here, wanted);
        }
        if (otherKind != kind) {
            return Applied.not("Its name belongs to a " + otherKind.word + ": rename one of them");
        }
        if (!duplicates.wins(kind, id, pending.content(), otherId)) {
            duplicates.decide(kind, id, wanted, otherId, other);
            return gaveWay(id, pending);
        }
        duplicates.decide(kind, otherId, other, id, wanted);
        CatalogInfo here = kind.find(catalog, ids.toLocal(id));
        return put(kind, pending, here, codec.decode(pending.content(), ids.toLocal(id)));
    }

    /**
     * Whether the one that is in the way is in turn to have a name that is not free, and so on, until one of them is to have
     * the name of the first: each would wait for the next.
     */
    private boolean isRing(CatalogInfo first, CatalogInfo inTheWay) {
        CatalogInfo next = inTheWay;
        for (int i = 0; i < MAX_RING && next != null; i++) {
            if (next.getId().equals(first.getId())) {
                return true;
            }
            Kind kind = Kind.of(next);
            Pending pending = coming.get(kind.key(ids.toCluster(next.getId())));
            if (pending == null || pending.isRemoval() || ClusterIds.movedTo(pending.content()) != null) {
                return false;
            }
            next = Kind.sameName(catalog, codec.decode(pending.content(), next.getId()));
        }
        return false;
    }

    private Applied put(Kind kind, Pending pending, CatalogInfo here, CatalogInfo wanted) {
        leftover.makeWay(here, wanted);
        if (here == null) {
            CatalogInfo added = Kind.add(catalog.getFacade(), wanted);
            defaults.added(wanted);
            catalog.fireAdded(added);
            return now(wanted, pending, wanted);
        }
        if (here instanceof DataStoreInfo store && !State.same(store.getWorkspace(), ((DataStoreInfo) wanted).getWorkspace())) {
            defaults.left(store.getWorkspace(), store);
        }
        damage.mend(here);
        if (Arrays.equals(codec.encode(here).bytes(), pending.content().bytes())) {
            dates(ModificationProxy.unwrap(here), wanted);
            return now(here, pending, wanted);
        }
        boolean isRenamed = !Kind.name(here).equals(Kind.name(wanted));
        State.prepare(here, wanted, kind.type);
        dates(here, wanted);
        Kind.save(catalog.getFacade(), here);
        NamespaceInfo itsOwn = isRenamed && kind == Kind.WORKSPACE ? catalog.getNamespaceByPrefix(Kind.name(wanted)) : null;
        if (itsOwn != null) {
            // it had the name before: what it was written into is not this folder
            catalog.firePostModified(ModificationProxy.unwrap(itsOwn), List.of(), List.of(), List.of());
        }
        CatalogInfo real = ModificationProxy.unwrap(here);
        Applied applied = now(real, pending, wanted);
        if (Arrays.equals(applied.local().content().bytes(), pending.content().bytes())) {
            return applied;
        }
        State.force(real, wanted);
        catalog.firePostModified(real, List.of(), List.of(), List.of());
        return now(real, pending, wanted);
    }

    /** As the editor's node has them, not as of now. */
    private static void dates(CatalogInfo object, CatalogInfo wanted) {
        object.setDateCreated(wanted.getDateCreated());
        object.setDateModified(wanted.getDateModified());
        object.setModifiedBy(wanted.getModifiedBy());
    }

    private Applied now(CatalogInfo object, Pending pending, CatalogInfo wanted) {
        Content content = codec.whole(codec.encode(object), pending.content(), () -> wanted);
        if (object instanceof StyleInfo style) {
            // its file may have come before it
            catalog.getResourcePool().clear(style);
        }
        return Applied.as(Local.of(content));
    }
}
