// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.geoserver.config.impl.GeoServerLifecycleHandler;
import org.junit.jupiter.api.Test;

class GeoServerCachesTest {
    private final FakeCatalog catalog = new FakeCatalog();
    private final List<GeoServerLifecycleHandler> handlers = new ArrayList<>();
    private final GeoServerCaches caches =
            new GeoServerCaches(catalog.catalog(), Path.of("/data/dir"), () -> handlers);

    /** A.43: a workspace's style has the file name of a global one. */
    @Test
    void stylesOfEqualFileNamesAreTwo() {
        catalog.style(null, "roads.sld");
        catalog.style("topp", "roads.sld");
        catalog.style("topp", "other.sld");
        catalog.style(null, null);
        caches.changed(List.of("workspaces/topp/styles/roads.sld"));
        assertEquals(List.of("workspaces/topp/styles/roads.sld"), catalog.cleared);
        caches.changed(List.of("styles/roads.sld", "styles/new.sld"));
        assertEquals(List.of("workspaces/topp/styles/roads.sld", "styles/roads.sld"), catalog.cleared);
    }

    @Test
    void aStoreIsClosedThatReadsWhatWasChanged() {
        catalog.coverageStore("file:coverages/dem.tif");
        catalog.coverageStore("file:///data/dir/mosaic");
        catalog.coverageStore("cog://https://example.com/a.tif");
        catalog.dataStore(Map.of("url", "file:data/roads.shp", "charset", "UTF-8"));
        catalog.dataStore(Map.of("url", "file:data/rivers.shp"));
        catalog.dataStore(Map.of("host", "localhost"));
        caches.changed(List.of("coverages/dem.tif"));
        caches.changed(List.of("mosaic/a.tif"));
        caches.changed(List.of("data/roads.dbf"));
        assertEquals(3, catalog.cleared.size());
        assertEquals("file:coverages/dem.tif", catalog.cleared.get(0));
        assertEquals("file:///data/dir/mosaic", catalog.cleared.get(1));
        assertEquals(true, catalog.cleared.get(2).contains("roads.shp"));
        caches.changed(List.of("data/roads2.shp", "coverages/dem2.tif"));
        assertEquals(3, catalog.cleared.size());
    }

    @Test
    void whatFailsToBeClearedHoldsNothingUp() {
        new GeoServerCaches(catalog.catalog(), Path.of("/"), () -> {
                    throw new IllegalStateException("context is closed");
                })
                .changed(List.of("styles/a.png"));
    }
}
