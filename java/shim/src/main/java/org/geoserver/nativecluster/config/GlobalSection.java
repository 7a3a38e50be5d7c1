// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.IOException;
import java.util.function.Consumer;
import org.geoserver.config.GeoServer;
import org.geoserver.config.GeoServerInfo;

/**
 * The global configuration. It is saved as the live object that GeoServer has: {@code setGlobal} would replace it, with the
 * running thread pools and tile cache, and only tell half of the listeners.
 */
final class GlobalSection implements Section {
    static final String KEY = "config/global";

    private final GeoServer geoServer;
    private final Saving saving;
    private final Xml xml;

    GlobalSection(GeoServer geoServer, Xml xml) {
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
        return xml.write(geoServer.getGlobal());
    }

    @Override
    public byte[] reread(String key, byte[] bytes) throws IOException {
        return xml.write(xml.read(bytes, GeoServerInfo.class));
    }

    @Override
    public String file(String key) {
        return "global.xml";
    }

    @Override
    public void put(String key, byte[] bytes) throws IOException {
        GeoServerInfo theirs = xml.read(bytes, GeoServerInfo.class);
        GeoServerInfo global = geoServer.getGlobal();
        Beans.copy(theirs, global);
        // clients ask for capabilities by it, at any node: it never goes back
        if (theirs.getUpdateSequence() > global.getUpdateSequence()) {
            global.setUpdateSequence(theirs.getUpdateSequence());
        }
        saving.save(global);
    }

    @Override
    public void remove(String key) {
        // there is always one
    }
}
