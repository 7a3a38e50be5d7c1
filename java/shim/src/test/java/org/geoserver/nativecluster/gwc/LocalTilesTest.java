// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.geoserver.gwc.FakeGwc;
import org.geoserver.gwc.layer.GeoServerTileLayerInfo;
import org.geoserver.nativecluster.gwc.Truncation.Kind;
import org.geowebcache.storage.StorageBroker;
import org.junit.jupiter.api.Test;

class LocalTilesTest {
    private final FakeGwc gwc = new FakeGwc();
    private final List<String> calls = new ArrayList<>();
    private final StorageBroker storage = proxy(StorageBroker.class, true);

    private <T> T proxy(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (type == StorageBroker.class) {
                calls.add(method.getName() + " " + List.of(arguments));
            }
            return answer;
        }));
    }

    /** GeoWebCache refuses it, for it does not know where the tiles of such a layer would be. */
    @Test
    void thereAreNoTilesOfALayerThatIsNotHere() {
        gwc.layers.put("1", proxy(GeoServerTileLayerInfo.class, "topp:states"));
        LocalTiles.truncate(storage, gwc, Truncation.of(Kind.LAYER, "topp:removed"));
        LocalTiles.truncate(storage, gwc, Truncation.of(Kind.LAYER, "topp:states"));
        LocalTiles.truncate(storage, gwc, Truncation.ofGridSet("topp:states", "EPSG:4326"));
        assertEquals(List.of("delete [topp:states]", "deleteByGridSetId [topp:states, EPSG:4326]"), calls);
    }
}
