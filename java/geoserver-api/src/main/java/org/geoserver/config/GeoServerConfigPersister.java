// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import java.util.List;
import org.geoserver.catalog.event.CatalogAddEvent;
import org.geoserver.catalog.event.CatalogListener;
import org.geoserver.catalog.event.CatalogModifyEvent;
import org.geoserver.catalog.event.CatalogPostModifyEvent;
import org.geoserver.catalog.event.CatalogRemoveEvent;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.platform.ExtensionPriority;
import org.geoserver.platform.GeoServerResourceLoader;

/** Writes what is edited to the data directory. */
public class GeoServerConfigPersister implements CatalogListener, ConfigurationListener, ExtensionPriority {
    public GeoServerConfigPersister(GeoServerResourceLoader geoServerResourceLoader, XStreamPersister xStreamPersister) {}

    @Override
    public void handleAddEvent(CatalogAddEvent catalogAddEvent) {}

    @Override
    public void handleModifyEvent(CatalogModifyEvent catalogModifyEvent) {}

    @Override
    public void handlePostModifyEvent(CatalogPostModifyEvent catalogPostModifyEvent) {}

    @Override
    public void handleRemoveEvent(CatalogRemoveEvent catalogRemoveEvent) {}

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

    public void handleServiceAdded(ServiceInfo service) {}

    @Override
    public void handleServiceChange(ServiceInfo service, List<String> names, List<Object> before, List<Object> after) {}

    @Override
    public void handlePostServiceChange(ServiceInfo service) {}

    @Override
    public void handleServiceRemove(ServiceInfo service) {}

    @Override
    public void reloaded() {}

    @Override
    public int getPriority() {
        throw new UnsupportedOperationException();
    }
}
