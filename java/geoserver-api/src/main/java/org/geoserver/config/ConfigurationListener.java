// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import java.util.List;

/** Hears of each edit of the configuration. */
public interface ConfigurationListener {
    void handleGlobalChange(GeoServerInfo global, List<String> names, List<Object> before, List<Object> after);

    void handlePostGlobalChange(GeoServerInfo global);

    void handleSettingsAdded(SettingsInfo settings);

    void handleSettingsModified(SettingsInfo settings, List<String> names, List<Object> before, List<Object> after);

    void handleSettingsPostModified(SettingsInfo settings);

    void handleSettingsRemoved(SettingsInfo settings);

    void handleLoggingChange(LoggingInfo logging, List<String> names, List<Object> before, List<Object> after);

    void handlePostLoggingChange(LoggingInfo logging);

    void handleServiceChange(ServiceInfo service, List<String> names, List<Object> before, List<Object> after);

    void handlePostServiceChange(ServiceInfo service);

    void handleServiceRemove(ServiceInfo service);

    void reloaded();
}
