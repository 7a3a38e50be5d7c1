// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;

/**
 * GeoServer's update sequence, by which clients know that capabilities changed: each node counts for itself, and changes of
 * other nodes by the batch.
 */
final class QuietSequence implements CatalogListener {
    private final CatalogListener sequence;
    private volatile boolean due;

    QuietSequence(CatalogListener sequence) {
        this.sequence = sequence;
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        if (mustCount()) {
            sequence.handleAddEvent(event);
        }
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        sequence.handleModifyEvent(event);
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        if (mustCount()) {
            sequence.handlePostModifyEvent(event);
        }
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (mustCount()) {
            sequence.handleRemoveEvent(event);
        }
    }

    private boolean mustCount() {
        if (!Applying.here()) {
            return true;
        }
        // the node that shares the data directory counts for both
        due |= !Applying.inMemoryOnly();
        return false;
    }

    /** It looks at no event, but counts. */
    void settle() {
        if (due) {
            due = false;
            sequence.handlePostModifyEvent(null);
        }
    }

    @Override
    public void reloaded() {
        sequence.reloaded();
    }
}
