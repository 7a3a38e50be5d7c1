// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import java.util.List;

/** A listener that does nothing. */
public class ConfigurationListenerAdapter implements ConfigurationListener {
    public ConfigurationListenerAdapter() {}

    @Override
    public void handleGlobalChange(GeoServerInfo global, List<String> names, List<Object> before, List<Object> after) {}

    @Override
    public void handlePostGlobalChange(GeoServerInfo global) {}

    @Override
    public void handleSettingsAdded(SettingsInfo settings) {}

    @Override
    public void handleSettingsModified(SettingsInfo settings, List<String> names, List<Object> before, List<Object> after) {}

    @Override
    public void handleSettingsPostModified(SettingsInfo settings) {}

    @Override
    public void handleSettingsRemoved(SettingsInfo settings) {}

    @Override
    public void handleLoggingChange(LoggingInfo logging, List<String> names, List<Object> before, List<Object> after) {}

    @Override
    public void handlePostLoggingChange(LoggingInfo logging) {}

    @Override
    public void handlePostServiceChange(ServiceInfo service) {}

    @Override
    public void handleServiceChange(ServiceInfo service, List<String> names, List<Object> before, List<Object> after) {}

    @Override
    public void handleServiceRemove(ServiceInfo service) {}

    @Override
    public void reloaded() {}
}
