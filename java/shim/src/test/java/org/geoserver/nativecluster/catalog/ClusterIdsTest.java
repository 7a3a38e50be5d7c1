// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterIdsTest {
    private final ClusterIds ids = new ClusterIds();

    @Test
    void anIdMeansItself() {
        assertEquals("a", ids.toCluster("a"));
        assertEquals("a", ids.toLocal("a"));
        assertFalse(ids.isMoved("a"));
    }

    @Test
    void anObjectKeepsTheIdThatItHasHere() {
        ids.move("here", "cluster", true);
        assertEquals("cluster", ids.toCluster("here"));
        assertEquals("here", ids.toLocal("cluster"));
        assertEquals("here", ids.toLocal("here"));
        assertTrue(ids.isMoved("here"));
    }

    /** The same name was given in a third part of the network too. */
    @Test
    void chainsAreFollowed() {
        ids.move("here", "second", true);
        ids.move("second", "third", false);
        assertEquals("third", ids.toCluster("here"));
        assertEquals("here", ids.toLocal("third"));
        assertEquals("here", ids.toLocal("second"));
    }

    @Test
    void circlesAreTurnedRound() {
        ids.move("a", "b", true);
        ids.move("b", "a", false);
        assertEquals("a", ids.toCluster("a"));
        assertEquals("a", ids.toCluster("b"));
        assertEquals("a", ids.toLocal("a"), "the object is the same one");
        ids.move("a", "c", true);
        ids.move("c", "b", false);
        for (String id : List.of("a", "b", "c")) {
            assertEquals("b", ids.toCluster(id));
            assertEquals("a", ids.toLocal(id));
        }
        ids.move("b", "b", false);
        assertEquals("b", ids.toCluster("b"));
    }

    @Test
    void whatIsGoneHasNoIdHere() {
        ids.move("here", "cluster", true);
        ids.gone("cluster");
        assertEquals("cluster", ids.toLocal("cluster"));
    }

    @Test
    void theEntryTellsWhichIdStands() {
        ids.move("here", "cluster", true);
        assertEquals("cluster", ClusterIds.movedTo(ids.contentOfMoved("here")));
        assertNull(ClusterIds.movedTo(null));
        assertNull(ClusterIds.movedTo(new Content("<workspace/>".getBytes(StandardCharsets.UTF_8), 0)));
    }
}
