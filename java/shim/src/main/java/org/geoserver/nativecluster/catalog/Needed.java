// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.util.Map;
import java.util.function.LongSupplier;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.active.Patience;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/**
 * Something was made here that needs what was removed elsewhere at the same time. If it is not removed too, within a while, it
 * stays, and what it needs comes back: nobody's work is lost.
 */
final class Needed {
    /** A removal with all that is within comes at once, or nearly so. */
    private static final long MILLIS = 5_000;

    private final Catalog catalog;
    private final SharedObjects shared;
    private final Ids ids;
    private final Patience patience;

    /** @param clock milliseconds, from any beginning */
    Needed(Catalog catalog, SharedObjects shared, Ids ids, LongSupplier clock) {
        this.catalog = catalog;
        this.shared = shared;
        this.ids = ids;
        this.patience = new Patience(MILLIS, clock);
    }

    /**
     * Whether an object that was removed elsewhere is to come back.
     *
     * @param dependent what needs it
     * @param coming what is to be applied, by key
     */
    boolean isForGood(String key, CatalogInfo dependent, Map<String, Pending> coming) {
        if (!isNeededBy(dependent, coming) || !patience.isOver(key)) {
            return false;
        }
        patience.forget(key);
        return true;
    }

    /** What needs it may itself have been removed elsewhere, and be needed by what stays: all of them come back at once. */
    private boolean isNeededBy(CatalogInfo dependent, Map<String, Pending> coming) {
        return dependent != null
                && (stays(dependent, coming) || isNeededBy(Dependents.first(catalog, dependent), coming));
    }

    private boolean stays(CatalogInfo object, Map<String, Pending> coming) {
        String key = Kind.of(object).key(ids.toCluster(object.getId()));
        Pending next = coming.get(key);
        return shared.content(key) != null && (next == null || !next.isRemoval());
    }

    /** It was removed. */
    void forget(String key) {
        patience.forget(key);
    }
}
