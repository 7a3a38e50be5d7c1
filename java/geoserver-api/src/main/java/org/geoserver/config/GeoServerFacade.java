// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

/** Where the configuration is kept: changes are told before they are made, but not afterwards. */
public interface GeoServerFacade {
    void save(GeoServerInfo global);

    void add(SettingsInfo settings);

    void save(SettingsInfo settings);

    void remove(SettingsInfo settings);

    void save(LoggingInfo logging);

    void add(ServiceInfo service);

    void save(ServiceInfo service);

    void remove(ServiceInfo service);
}
