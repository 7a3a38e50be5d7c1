// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/** What a {@link Replicator} does with one part, step by step, by the thread of the test. */
public final class Steps {
    private final SharedObjects shared;
    private final ChangedKeys changed = new ChangedKeys();
    private final Publisher publisher;
    private final Applier applier;
    private final Part part;
    private boolean isToCompare;

    /** @param clock milliseconds, from any beginning */
    public Steps(SharedObjects shared, Part part, LongSupplier clock) {
        this.shared = shared;
        this.part = part;
        Parts parts = new Parts(List.of(part));
        publisher = new Publisher(shared, parts, OPEN);
        applier = new Applier(shared, parts, OPEN, changed, () -> 0, clock);
        part.start(this::changed);
    }

    /** Nobody else edits meanwhile. */
    private static final ConfigurationGate OPEN = new ConfigurationGate() {
        @Override
        public boolean tryRead() {
            return true;
        }

        @Override
        public boolean tryWrite() {
            return true;
        }

        @Override
        public void unlock() {
            // nobody waits
        }
    };

    private void changed(String key) {
        if (key.equals(Part.ALL)) {
            isToCompare = true;
        } else {
            changed.add(key);
        }
    }

    /** Publishes what was changed. */
    public void publish() {
        try {
            publisher.publish(changed);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares all with the cluster. */
    public void compare() {
        isToCompare = false;
        if (!publisher.compareAll(applier::isUnwritten)) {
            throw new IllegalStateException("the lock is always free");
        }
    }

    /** One turn: publishes, compares if that was asked for, and applies. */
    public void turn() {
        publish();
        if (isToCompare) {
            compare();
        }
        applier.round(0);
    }

    /** Whether there is nothing to do. */
    public boolean isIdle() {
        return changed.isEmpty() && !isToCompare && part.isSettled() && shared.pending(1).isEmpty();
    }

    /** What is pending, and why it could not be applied. */
    public Map<String, String> pending() {
        Map<String, String> pending = new TreeMap<>();
        shared.pending(1_000).forEach(each -> pending.put(each.key(), "not tried yet"));
        applier.failures().all().forEach((key, failure) -> pending.replace(key, failure.reason()));
        return pending;
    }
}
