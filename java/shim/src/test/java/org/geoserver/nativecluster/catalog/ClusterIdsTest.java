// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.junit.jupiter.api.Test;

class ClusterIdsTest {
    private final ClusterIds ids = new ClusterIds();
    private final Set<String> here = new HashSet<>();

    private void move(String lost, String stands) {
        ids.move(lost, stands, here::contains);
    }

    @Test
    void anIdMeansItself() {
        assertEquals("a", ids.toCluster("a"));
        assertEquals("a", ids.toLocal("a"));
        assertFalse(ids.isMoved("a"));
    }

    @Test
    void anObjectKeepsTheIdThatItHasHere() {
        here.add("here");
        move("here", "cluster");
        assertEquals("cluster", ids.toCluster("here"));
        assertEquals("here", ids.toLocal("cluster"));
        assertEquals("here", ids.toLocal("here"));
        assertTrue(ids.isMoved("here"));
    }

    /** The same name was given in a third part of the network too. */
    @Test
    void chainsAreFollowed() {
        here.add("here");
        move("here", "second");
        move("second", "third");
        assertEquals("third", ids.toCluster("here"));
        assertEquals("here", ids.toLocal("third"));
        assertEquals("here", ids.toLocal("second"));
    }

    @Test
    void circlesAreTurnedRound() {
        here.add("a");
        move("a", "b");
        move("b", "a");
        assertEquals("a", ids.toCluster("a"));
        assertEquals("a", ids.toCluster("b"));
        assertEquals("a", ids.toLocal("a"), "the object is the same one");
        here.add("a");
        move("a", "c");
        move("c", "b");
        for (String id : List.of("a", "b", "c")) {
            assertEquals("b", ids.toCluster(id));
            assertEquals("a", ids.toLocal(id));
        }
        move("b", "b");
        assertEquals("b", ids.toCluster("b"));
    }

    @Test
    void whatIsGoneHasNoIdHere() {
        here.add("here");
        move("here", "cluster");
        ids.gone("cluster");
        assertEquals("cluster", ids.toLocal("cluster"));
    }

    @Test
    void theEntryTellsWhichIdStands() {
        here.add("here");
        move("here", "cluster");
        assertEquals("cluster", ClusterIds.movedTo(ids.contentOfMoved("here")));
        assertNull(ClusterIds.movedTo(null));
        assertNull(ClusterIds.movedTo(new Content("<workspace/>".getBytes(StandardCharsets.UTF_8), 0)));
    }
}
