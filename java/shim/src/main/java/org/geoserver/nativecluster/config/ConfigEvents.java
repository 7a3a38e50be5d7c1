// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.geoserver.config.ConfigurationListenerAdapter;
import org.geoserver.config.GeoServerInfo;
import org.geoserver.config.LoggingInfo;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.SettingsInfo;
import org.geoserver.nativecluster.active.Applying;

/** Tells which objects may have changed; what they say is read later, after the commit. */
final class ConfigEvents extends ConfigurationListenerAdapter {
    private final Consumer<String> changed;
    private final Set<String> removed;
    private final SettingsSection settings;
    private final ServiceSection services;

    /** Set between the two events of a save on this thread that only counts the update sequence up. */
    private final ThreadLocal<Boolean> counting = new ThreadLocal<>();

    /** @param removed where to put the keys of what is removed */
    ConfigEvents(Consumer<String> changed, Set<String> removed, SettingsSection settings, ServiceSection services) {
        this.changed = changed;
        this.removed = removed;
        this.settings = settings;
        this.services = services;
    }

    @Override
    public void handleGlobalChange(
            GeoServerInfo global, List<String> properties, List<Object> oldValues, List<Object> newValues) {
        counting.set(properties.equals(List.of("updateSequence")));
    }

    /** GeoServer counts after every change of the catalog: that alone is no reason to look. */
    @Override
    public void handlePostGlobalChange(GeoServerInfo global) {
        Boolean onlyCounted = counting.get();
        counting.remove();
        if (!Boolean.TRUE.equals(onlyCounted)) {
            tell(GlobalSection.KEY);
        }
    }

    @Override
    public void handlePostLoggingChange(LoggingInfo logging) {
        tell(LoggingSection.KEY);
    }

    @Override
    public void handleSettingsAdded(SettingsInfo added) {
        tell(settings.key(added.getWorkspace()));
    }

    @Override
    public void handleSettingsPostModified(SettingsInfo modified) {
        tell(settings.key(modified.getWorkspace()));
    }

    @Override
    public void handleSettingsRemoved(SettingsInfo gone) {
        String key = settings.key(gone.getWorkspace());
        removed.add(key);
        tell(key);
    }

    @Override
    public void handlePostServiceChange(ServiceInfo service) {
        tell(services.key(service));
    }

    @Override
    public void handleServiceRemove(ServiceInfo service) {
        String key = services.key(service);
        if (key != null) {
            removed.add(key);
            tell(key);
        }
    }

    private void tell(String key) {
        if (key == null) {
            return;
        }
        if (Applying.here()) {
            Applying.touched(key);
        } else {
            changed.accept(key);
        }
    }
}
