// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.springframework.beans.factory.DisposableBean;

/**
 * A family whose keys hold ids of catalog objects. What is under an id that gave way to another one goes over to the key of the
 * one that stands, unless there is something already, and is removed: both would be put in place by turns.
 */
public final class MovedKeys implements Part, DisposableBean {
    private final Part part;
    private final SharedObjects shared;
    private final Ids ids;
    private volatile Consumer<String> changed = key -> {};

    public MovedKeys(Part part, SharedObjects shared, Ids ids) {
        this.part = part;
        this.shared = shared;
        this.ids = ids;
    }

    private String standing(String key) {
        return Arrays.stream(key.split("/", -1)).map(ids::toCluster).collect(Collectors.joining("/"));
    }

    @Override
    public List<String> prefixes() {
        return part.prefixes();
    }

    @Override
    public void start(Consumer<String> told) {
        changed = told;
        part.start(told);
    }

    @Override
    public boolean isPristine() {
        return part.isPristine();
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        part.snapshot(snapshot);
    }

    @Override
    public Local read(String key) {
        return standing(key).equals(key) ? part.read(key) : Local.NOTHING;
    }

    @Override
    public int order(String key) {
        return part.order(key);
    }

    @Override
    public void coming(Collection<Pending> all) {
        part.coming(all);
    }

    @Override
    public String prepare(Pending pending) {
        return part.prepare(pending);
    }

    @Override
    public Applied apply(Pending pending) {
        String standing = standing(pending.key());
        if (standing.equals(pending.key())) {
            return part.apply(pending);
        } else if (pending.isRemoval()) {
            return Applied.as(Local.NOTHING);
        }
        if (shared.content(standing) == null) {
            Applied applied = part.apply(pending);
            if (applied.problem() != null) {
                return applied;
            }
            changed.accept(standing);
        }
        // else it would be no edit of this node
        changed.accept(pending.key());
        return Applied.as(Local.of(pending.content()));
    }

    @Override
    public void settle() {
        part.settle();
    }

    @Override
    public boolean isSettled() {
        return part.isSettled();
    }

    @Override
    public void destroy() throws Exception {
        if (part instanceof DisposableBean disposable) {
            disposable.destroy();
        }
    }
}
