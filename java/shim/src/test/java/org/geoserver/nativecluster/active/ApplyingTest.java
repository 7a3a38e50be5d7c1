// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who applies is known by the thread, not for all threads (A.12 of docs/peer-defects.md). */
class ApplyingTest {
    @Test
    void isOfOneThread() throws Exception {
        boolean[] elsewhere = {true};
        Thread other = new Thread(() -> elsewhere[0] = Applying.here());
        Applying.run(() -> {
            assertTrue(Applying.here());
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertFalse(elsewhere[0]);
        assertFalse(Applying.here());
    }

    @Test
    void endsWithAnErrorToo() {
        assertThrows(IllegalStateException.class, () -> Applying.run(() -> {
            throw new IllegalStateException();
        }));
        assertFalse(Applying.here());
    }

    @Test
    void nests() {
        Set<String> touched = Applying.run(true, () -> {
            Applying.touched("a");
            assertEquals(Set.of("b"), Applying.run(false, () -> {
                assertTrue(Applying.inMemoryOnly());
                Applying.touched("b");
            }));
            assertTrue(Applying.here());
        });
        assertEquals(Set.of("a", "b"), touched);
        assertFalse(Applying.inMemoryOnly());
        Applying.touched("nobody asks");
    }
}
