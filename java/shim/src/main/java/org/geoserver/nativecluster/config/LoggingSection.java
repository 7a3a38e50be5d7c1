// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.IOException;
import java.util.function.Consumer;
import org.geoserver.config.GeoServer;
import org.geoserver.config.LoggingInfo;

/** The level of the log, and whether it goes to the console too. */
final class LoggingSection implements Section {
    static final String KEY = "config/logging";

    private final GeoServer geoServer;
    private final Saving saving;
    private final Xml xml;

    LoggingSection(GeoServer geoServer, Xml xml) {
        this.geoServer = geoServer;
        this.saving = new Saving(geoServer);
        this.xml = xml;
    }

    @Override
    public boolean has(String key) {
        return key.equals(KEY);
    }

    @Override
    public void keys(Consumer<String> each) {
        each.accept(KEY);
    }

    @Override
    public byte[] xml(String key) throws IOException {
        return xml.write(geoServer.getLogging());
    }

    @Override
    public byte[] reread(String key, byte[] bytes) throws IOException {
        return xml.write(xml.read(bytes, LoggingInfo.class));
    }

    @Override
    public String file(String key) {
        return "logging.xml";
    }

    @Override
    public void put(String key, byte[] bytes) throws IOException {
        LoggingInfo logging = geoServer.getLogging();
        Beans.copy(xml.read(bytes, LoggingInfo.class), logging);
        saving.save(logging);
    }

    @Override
    public void remove(String key) {
        // there is always one
    }
}
