// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A workspace and its store were removed on one node, while on this one a feature type of the store was made. */
class NeededTest {
    private final MemoryCatalog catalog = new MemoryCatalog();
    private final Infos.Workspace workspace = new Infos.Workspace();
    private final Infos.Store store = new Infos.DataStore();
    private final Set<String> published = new HashSet<>();
    private final Map<String, Pending> coming = new HashMap<>();
    private long millis;
    private Needed needed;

    @BeforeEach
    void start() {
        workspace.id = "W";
        workspace.name = "w";
        catalog.add(workspace);
        store.id = "S";
        store.name = "s";
        store.workspace = workspace;
        catalog.add(store);
        Infos.FeatureType resource = new Infos.FeatureType();
        resource.id = "F";
        resource.name = "f";
        resource.store = store;
        catalog.add(resource);
        SharedObjects shared = (SharedObjects) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SharedObjects.class},
                (proxy, method, arguments) -> published.contains(arguments[0]) ? new Content(new byte[0], 0) : null);
        needed = new Needed(catalog, shared, new ClusterIds(), () -> millis);
        removed("catalog/workspace/W");
        removed("catalog/datastore/S");
    }

    private void removed(String key) {
        coming.put(key, new Pending(key, 1, null, -1, "there", false, 0));
    }

    private boolean comesBack(CatalogInfo object) {
        return needed.isForGood(Kind.of(object).key(object.getId()), object, coming);
    }

    @Test
    void comesBackWithAllThatIsAboveAfterAWhile() {
        published.add("catalog/featuretype/F");
        assertFalse(comesBack(store));
        assertFalse(comesBack(workspace));
        millis = 10_000;
        assertTrue(comesBack(store));
        coming.remove("catalog/datastore/S");
        assertTrue(comesBack(workspace), "though the store is not published again yet");
        assertFalse(comesBack(store), "the while begins anew");
    }

    @Test
    void doesNotComeBackForWhatIsRemovedToo() {
        published.add("catalog/featuretype/F");
        removed("catalog/featuretype/F");
        assertFalse(comesBack(store));
        millis = 10_000;
        assertFalse(comesBack(store));
        assertFalse(comesBack(workspace));
    }

    @Test
    void doesNotComeBackForWhatNobodyElseKnows() {
        assertFalse(comesBack(store));
        millis = 10_000;
        assertFalse(comesBack(store));
    }
}
