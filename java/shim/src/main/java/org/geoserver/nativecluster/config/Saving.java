// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.config.ConfigurationListener;
import org.geoserver.config.GeoServer;
import org.geoserver.config.GeoServerFacade;
import org.geoserver.config.GeoServerInfo;
import org.geoserver.config.LoggingInfo;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.SettingsInfo;
import org.geoserver.nativecluster.active.Applying;
import org.geotools.util.logging.Logging;

/**
 * Saves in GeoServer. Where another node has already written it into the data directory that both share, GeoServer's own
 * listeners that write files are not told.
 */
final class Saving {
    private static final Set<String> WRITERS =
            Set.of("org.geoserver.config.GeoServerConfigPersister", "org.geoserver.config.ServicePersister");

    private static final Logger LOGGER = Logging.getLogger(Saving.class);

    private final GeoServer geoServer;

    Saving(GeoServer geoServer) {
        this.geoServer = geoServer;
    }

    void save(GeoServerInfo global) {
        run(() -> geoServer.save(global), facade -> facade.save(global), l -> l.handlePostGlobalChange(global));
    }

    void save(LoggingInfo logging) {
        run(() -> geoServer.save(logging), facade -> facade.save(logging), l -> l.handlePostLoggingChange(logging));
    }

    void add(SettingsInfo settings) {
        run(() -> geoServer.add(settings), facade -> facade.add(settings), l -> l.handleSettingsAdded(settings));
    }

    void save(SettingsInfo settings) {
        run(() -> geoServer.save(settings), facade -> facade.save(settings), l -> l.handleSettingsPostModified(settings));
    }

    void remove(SettingsInfo settings) {
        run(() -> geoServer.remove(settings), facade -> facade.remove(settings), l -> l.handleSettingsRemoved(settings));
    }

    void add(ServiceInfo service) {
        run(() -> geoServer.add(service), facade -> facade.add(service), l -> l.handlePostServiceChange(service));
    }

    void save(ServiceInfo service) {
        run(() -> geoServer.save(service), facade -> facade.save(service), l -> l.handlePostServiceChange(service));
    }

    void remove(ServiceInfo service) {
        run(() -> geoServer.remove(service), facade -> facade.remove(service), l -> l.handleServiceRemove(service));
    }

    private void run(Runnable whole, Consumer<GeoServerFacade> inMemory, Consumer<ConfigurationListener> told) {
        if (!Applying.inMemoryOnly()) {
            whole.run();
            return;
        }
        inMemory.accept(geoServer.getFacade());
        List.copyOf(geoServer.getListeners()).stream()
                .filter(listener -> !WRITERS.contains(listener.getClass().getName()))
                .forEach(listener -> tell(listener, told));
    }

    /** As GeoServer does it: one that fails keeps nothing from the others. */
    private static void tell(ConfigurationListener listener, Consumer<ConfigurationListener> told) {
        try {
            told.accept(listener);
        } catch (RuntimeException e) {
            LOGGER.log(Level.SEVERE, "A listener failed at a change of the configuration on another node: " + listener, e);
        }
    }
}
