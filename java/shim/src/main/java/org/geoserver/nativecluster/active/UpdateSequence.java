// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.List;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.ConfigurationListener;
import org.geoserver.config.ConfigurationListenerAdapter;
import org.geoserver.config.GeoServer;
import org.geoserver.config.GeoServerInfo;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.SettingsInfo;

/**
 * GeoServer's update sequence, by which clients know that capabilities changed: each node counts for itself, and changes of
 * other nodes all at once, for each time the global configuration is written to disk.
 */
public final class UpdateSequence extends ConfigurationListenerAdapter implements CatalogListener {
    private static final String COUNTER = "org.geoserver.config.UpdateSequenceListener";

    private final Catalog catalog;
    private final GeoServer geoServer;

    /** GeoServer's own: it looks at no event, but counts. */
    private CatalogListener counter;

    private volatile boolean due;

    /** @param catalog bean {@code rawCatalog} */
    public UpdateSequence(Catalog catalog, GeoServer geoServer) {
        this.catalog = catalog;
        this.geoServer = geoServer;
    }

    /** Takes the place of GeoServer's own listener. May be called again. */
    public synchronized void install() {
        for (ConfigurationListener listener : List.copyOf(geoServer.getListeners())) {
            if (listener.getClass().getName().equals(COUNTER)) {
                counter = (CatalogListener) listener;
                geoServer.addListener(this);
                geoServer.removeListener(listener);
                catalog.addListener(this);
                catalog.removeListener(counter);
            }
        }
    }

    /** Counts what was applied since the last time. */
    public void settle() {
        if (due) {
            count();
            // counting is a change, too, of which this is told
            due = false;
        }
    }

    private void changed() {
        if (!Applying.here()) {
            count();
        } else if (!Applying.inMemoryOnly()) {
            // else the node that shares the data directory counts for both
            due = true;
        }
    }

    private void count() {
        counter.handlePostModifyEvent(null);
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {
        changed();
    }

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {
        // counted when it is committed
    }

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {
        changed();
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        changed();
    }

    @Override
    public void handlePostGlobalChange(GeoServerInfo global) {
        changed();
    }

    @Override
    public void handleSettingsAdded(SettingsInfo settings) {
        changed();
    }

    @Override
    public void handleSettingsPostModified(SettingsInfo settings) {
        changed();
    }

    @Override
    public void handleSettingsRemoved(SettingsInfo settings) {
        changed();
    }

    @Override
    public void handlePostServiceChange(ServiceInfo service) {
        changed();
    }

    @Override
    public void handleServiceRemove(ServiceInfo service) {
        changed();
    }

    @Override
    public void reloaded() {
        // GeoServer's own does nothing
    }
}
