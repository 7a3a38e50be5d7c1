// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.util.Set;
import java.util.function.Consumer;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.nativecluster.active.Applying;

/** Settings and services of a workspace go with it, and GeoServer fires no events of them. */
final class WorkspaceRemovals implements CatalogListener {
    private final Consumer<String> changed;
    private final Set<String> removed;
    private final SettingsSection settings;
    private final ServiceSection services;

    WorkspaceRemovals(Consumer<String> changed, Set<String> removed, SettingsSection settings, ServiceSection services) {
        this.changed = changed;
        this.removed = removed;
        this.settings = settings;
        this.services = services;
    }

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent event) {
        if (event.getSource() instanceof WorkspaceInfo workspace && !Applying.here()) {
            if (settings.isThere(workspace)) {
                tell(settings.key(workspace));
            }
            services.keys(workspace, this::tell);
        }
    }

    private void tell(String key) {
        removed.add(key);
        changed.accept(key);
    }

    @Override
    public void handleAddEvent(CatalogAddEvent event) {}

    @Override
    public void handleModifyEvent(CatalogModifyEvent event) {}

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent event) {}

    @Override
    public void reloaded() {}
}
