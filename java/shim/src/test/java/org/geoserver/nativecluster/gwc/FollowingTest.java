// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.nativecluster.active.ConfigurationGate;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.files.Later;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.Test;

class FollowingTest {
    private final List<String> done = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private boolean behind = true;
    private boolean locked;
    private boolean broken;

    private final Family family = new Family() {
        @Override
        public boolean isBehind(String key) {
            return behind;
        }

        @Override
        public String follow() {
            assertTrue(Applying.inMemoryOnly());
            done.add("follow");
            if (broken) {
                throw new IllegalStateException("broken");
            }
            return null;
        }

        @Override
        public boolean has(String key) {
            return true;
        }

        @Override
        public int order() {
            return 0;
        }

        @Override
        public void start(Consumer<String> changed) {}

        @Override
        public void snapshot(Snapshot snapshot) {}

        @Override
        public Local read(String key) {
            return null;
        }

        @Override
        public Applied apply(Pending pending) {
            return null;
        }
    };

    private final Following following = new Following(
            new ConfigurationGate() {
                @Override
                public boolean tryRead() {
                    throw new AssertionError("it changes what is in memory");
                }

                @Override
                public boolean tryWrite() {
                    return !locked;
                }

                @Override
                public void unlock() {
                    done.add("unlock");
                }
            },
            new Later() {
                @Override
                public void after(long millis, Runnable task) {
                    later.add(task);
                }

                @Override
                public long now() {
                    return 0;
                }

                @Override
                public void close() {}
            },
            key -> family,
            done::add);

    @Test
    void whatIsInMemoryIsToldAtOnce() {
        behind = false;
        following.changed("gwc/config");
        following.start(List.of("gwc/config"));
        assertEquals(List.of("gwc/config"), done);
        assertEquals(List.of(), later);
    }

    @Test
    void whatSomebodyElseWroteIsTakenIntoUseAndThenTold() {
        locked = true;
        following.changed("gwc/config");
        later.remove(0).run();
        assertEquals(List.of(), done);
        locked = false;
        later.remove(0).run();
        assertEquals(List.of("follow", "unlock", "gwc/config"), done);
    }

    @Test
    void whatCannotBeTakenIntoUseIsToldNevertheless() {
        broken = true;
        following.changed("gwc/config");
        later.remove(0).run();
        assertEquals(List.of("follow", "unlock", "gwc/config"), done);
    }

    @Test
    void whatWasWrittenWhileTheNodeStartedIsComparedAndNotTold() {
        following.start(List.of("gwc/config"));
        later.remove(0).run();
        assertEquals(List.of("follow", "unlock"), done);
    }
}
