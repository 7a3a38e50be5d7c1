// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.List;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/** Where active clustering is off. */
public final class NotShared implements Administration {
    private static final String OFF =
            "Catalog and configuration are not shared: set geoserver.cluster.active=true, and a secret of your own, to share them";

    @Override
    public boolean isActive() {
        return false;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String summary() {
        return OFF;
    }

    @Override
    public SharedObjects objects() {
        return null;
    }

    @Override
    public int unpublished() {
        return 0;
    }

    @Override
    public List<Difference> differences(int max) {
        return List.of();
    }

    @Override
    public boolean repair(long timeoutMillis) {
        throw new IllegalStateException(OFF);
    }

    @Override
    public void restore(String conflictId) {
        throw new IllegalStateException(OFF);
    }

    @Override
    public void reload() {
        throw new IllegalStateException(OFF);
    }
}
