// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import java.util.Collection;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.WorkspaceInfo;

/** GeoServer's configuration. */
public interface GeoServer {
    GeoServerFacade getFacade();

    GeoServerInfo getGlobal();

    SettingsInfo getSettings();

    SettingsInfo getSettings(WorkspaceInfo workspace);

    void add(SettingsInfo settings);

    void save(SettingsInfo settings);

    void remove(SettingsInfo settings);

    LoggingInfo getLogging();

    Catalog getCatalog();

    void save(GeoServerInfo global);

    void save(LoggingInfo logging);

    void add(ServiceInfo service);

    void remove(ServiceInfo service);

    void save(ServiceInfo service);

    Collection<? extends ServiceInfo> getServices();

    Collection<? extends ServiceInfo> getServices(WorkspaceInfo workspace);

    <T extends ServiceInfo> T getService(WorkspaceInfo workspace, Class<T> type);

    void addListener(ConfigurationListener listener);

    void removeListener(ConfigurationListener listener);

    Collection<ConfigurationListener> getListeners();

    void reset();

    void reload() throws Exception;
}
