// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.gwc.ClusterStorageBroker.Following;
import org.geoserver.nativecluster.gwc.Truncation.Kind;
import org.geowebcache.mime.MimeType;
import org.geowebcache.storage.TileRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterStorageBrokerTest {
    private final ClusterStorageBroker broker = new ClusterStorageBroker(null, null);
    private final List<Truncation> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        broker.listen(told::add);
    }

    @Test
    void tellsWhatIsThrownAway() throws Exception {
        broker.delete("a");
        broker.deleteByGridSetId("a", "g");
        broker.deleteByParametersId("a", "1");
        broker.deleteByParameters("a", Map.of("STYLES", "x"));
        broker.delete(new TileRange("a", "g", 3, 5, new long[][] {{1, 2, 3, 4, 3}, null, {5, 6, 7, 8, 5}}, new Png(), null, null));
        assertEquals(
                List.of(Kind.LAYER, Kind.GRID_SET, Kind.PARAMETERS_ID, Kind.PARAMETERS, Kind.RANGE),
                told.stream().map(Truncation::kind).toList());
        // a level without bounds has no tiles in the range
        assertEquals(List.of(List.of(1L, 2L, 3L, 4L, 3L), List.of(5L, 6L, 7L, 8L, 5L)), told.get(4).ranges());
        assertEquals("image/png", told.get(4).format());
    }

    /** Two nodes would throw away each other's tiles for ever. */
    @Test
    void whatFollowsFromAnotherNodesChangeIsNotTold() throws Exception {
        Following following = new Following();
        Map<String, Object> storage = new HashMap<>();
        Applying.run(() -> {
            try {
                broker.delete("a");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            following.collect(storage);
        });
        // on the thread that throws away the tiles
        following.apply(storage);
        broker.delete("a");
        following.cleanup();
        assertEquals(List.of(), told);
        broker.delete("a");
        assertEquals(1, told.size());
        Map<String, Object> edit = new HashMap<>();
        following.collect(edit);
        following.apply(edit);
        broker.delete("a");
        assertEquals(2, told.size());
    }

    private static final class Png extends MimeType {
        Png() {
            super("image/png", "png", "png", "image/png", true);
        }
    }
}
