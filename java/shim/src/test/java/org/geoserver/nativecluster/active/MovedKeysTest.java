// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.geoserver.nativecluster.active.FakeSharedObjects.Cloud;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.junit.jupiter.api.Test;

class MovedKeysTest {
    private static final String LOST = "things/100/lost";
    private static final String STANDS = "things/100/stands";

    /** Translates as the parts of the configuration do, whose objects have no names but those of workspaces. */
    private static final class Translating implements Part {
        final Things things = new Things();

        @Override
        public List<String> prefixes() {
            return things.prefixes();
        }

        @Override
        public void start(Consumer<String> changed) {
            things.start(changed);
        }

        @Override
        public void snapshot(Snapshot snapshot) {
            things.snapshot(snapshot);
        }

        @Override
        public Local read(String key) {
            return things.read(translated(key));
        }

        @Override
        public int order(String key) {
            return things.order(key);
        }

        @Override
        public Applied apply(Pending pending) {
            return things.apply(new Pending(
                    translated(pending.key()), pending.token(), pending.content(), -1, pending.node(), false, pending.token()));
        }

        private static String translated(String key) {
            return key.equals(LOST) ? STANDS : key;
        }
    }

    private static final Ids IDS = new Ids() {
        @Override
        public String toCluster(String localId) {
            return localId.equals("lost") ? "stands" : localId;
        }

        @Override
        public String toLocal(String clusterId) {
            return toCluster(clusterId);
        }
    };

    private final Cloud cloud = new Cloud();
    private final FakeSharedObjects elsewhere = new FakeSharedObjects(cloud, "elsewhere");
    private final FakeSharedObjects here = new FakeSharedObjects(cloud, "here");
    private final Translating inner = new Translating();
    private final ChangedKeys changed = new ChangedKeys();
    private final MovedKeys part = new MovedKeys(inner, here, IDS);

    private void applyAndPublish() {
        part.start(changed::add);
        for (Pending pending : here.pending(10)) {
            Part.Applied[] applied = new Part.Applied[1];
            Applying.run(() -> applied[0] = part.apply(pending));
            here.applied(pending.key(), pending.token(), applied[0].local().content());
        }
        for (String key : changed.take(10)) {
            here.put(key, part.read(key).content());
        }
    }

    @Test
    void whatIsUnderTheIdThatStandsStaysAndTheOtherIsRemoved() {
        elsewhere.put(STANDS, Things.content("later"));
        elsewhere.put(LOST, Things.content("earlier"));
        applyAndPublish();
        assertEquals(Map.of(STANDS, "later"), inner.things.texts);
        assertEquals(List.of(STANDS), here.keys(""));
    }

    @Test
    void whatIsUnderTheOtherAloneGoesOver() {
        elsewhere.put(LOST, Things.content("its settings"));
        applyAndPublish();
        assertEquals(Map.of(STANDS, "its settings"), inner.things.texts);
        assertEquals(List.of(STANDS), here.keys(""));
    }

    @Test
    void aRemovalOfTheOtherRemovesNothing() {
        elsewhere.put(STANDS, Things.content("stays"));
        applyAndPublish();
        elsewhere.put(LOST, Things.content("x"));
        elsewhere.put(LOST, null);
        here.derived(LOST, Things.content("known once"));
        applyAndPublish();
        assertEquals(Map.of(STANDS, "stays"), inner.things.texts);
    }
}
