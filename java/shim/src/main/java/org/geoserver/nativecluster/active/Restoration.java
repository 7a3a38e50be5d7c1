// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Conflict;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/** Puts a version that lost in place again, as an edit made here and now. Runs on the replicator's thread. */
record Restoration(SharedObjects shared, Parts parts, ConfigurationGate gate, String conflictId) {
    void run(CompletableFuture<Void> done) {
        try {
            restore();
            done.complete(null);
        } catch (RuntimeException | LinkageError e) {
            done.completeExceptionally(e);
        }
    }

    private void restore() {
        Conflict conflict = shared.conflicts().stream()
                .filter(each -> each.id().equals(conflictId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no conflict " + conflictId));
        String key = conflict.key();
        Part part = parts.of(key);
        Content content = shared.conflict(conflictId);
        if (part == null || content == null) {
            throw new IllegalStateException(
                    "It cannot be restored: " + (part == null ? "this node does not share " + key : "its content is not here"));
        }
        Pending version = new Pending(key, 0, content, -1, conflict.node(), false, conflict.when());
        apply(part, version).forEach((changed, local) -> {
            if (local.file() == null) {
                shared.put(changed, local.content());
            } else {
                shared.putFile(changed, local.file());
            }
        });
        shared.dropConflict(conflictId);
    }

    /** Returns what is another one now, by key: the version, and what followed from it. */
    private Map<String, Local> apply(Part part, Pending version) {
        if (!gate.tryWrite()) {
            throw new IllegalStateException("GeoServer's configuration is locked: try again");
        }
        try {
            Applied[] applied = new Applied[1];
            Set<String> touched = Applying.restore(() -> {
                applied[0] = part.apply(version);
                part.settle();
            });
            if (applied[0].problem() != null) {
                throw new IllegalStateException("It cannot be restored: " + applied[0].problem());
            }
            Map<String, Local> changed = new LinkedHashMap<>();
            changed.put(version.key(), applied[0].local());
            for (String key : touched) {
                Part owner = parts.of(key);
                Local local = owner == null || key.equals(version.key()) ? null : owner.read(key);
                if (local != null) {
                    changed.put(key, local);
                }
            }
            return changed;
        } finally {
            gate.unlock();
        }
    }
}
