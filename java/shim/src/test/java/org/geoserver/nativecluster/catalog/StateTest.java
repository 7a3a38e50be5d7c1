// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Merely read collections counted as changed in jms-cluster, and overwrote concurrent edits (A.29 of docs/peer-defects.md). */
class StateTest {
    @Test
    void nothingIsTheSameAsEmpty() {
        assertTrue(State.same(null, List.of()));
        assertTrue(State.same(Map.of(), null));
        assertFalse(State.same(null, ""));
        assertFalse(State.same(List.of("a"), null));
    }

    @Test
    void listsHaveAnOrderAndSetsHaveNone() {
        assertFalse(State.same(List.of("a", "b"), List.of("b", "a")));
        assertTrue(State.same(Set.of("a", "b"), new LinkedHashSet<>(List.of("b", "a"))));
        assertFalse(State.same(Set.of("a"), Set.of("a", "b")));
        assertTrue(State.same(Arrays.asList("a", null), Arrays.asList("a", null)));
    }

    @Test
    void aParameterThatWasGivenAsAUrlIsReadAsText() {
        assertTrue(State.same(Map.of("url", URI.create("file:a")), Map.of("url", "file:a")));
        assertFalse(State.same(Map.of("url", URI.create("file:a")), Map.of("url", "file:b")));
        assertFalse(State.same(Map.of("a", 1), Map.of("b", 1)));
    }
}
