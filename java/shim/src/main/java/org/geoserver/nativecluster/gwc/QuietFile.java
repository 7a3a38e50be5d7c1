// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.geoserver.gwc.config.GeoserverXMLResourceProvider;
import org.geoserver.nativecluster.active.Applying;
import org.geoserver.platform.resource.ResourceStore;
import org.geowebcache.config.ConfigurationException;

/**
 * The file of geowebcache.xml, as GeoWebCache reads and writes it: at every call that changes something. What another node has
 * already written into the data directory that both share is not written. To GeoWebCache it must look as if it was: it gives
 * no blob store to a configuration that cannot be written.
 */
public final class QuietFile extends GeoserverXMLResourceProvider {
    private volatile byte[] inMemory;

    public QuietFile(String name, ResourceStore store) throws ConfigurationException {
        super(name, store);
    }

    /** The text that says what GeoWebCache has in memory: what it read or wrote last, or was told since. Null: nothing yet. */
    byte[] inMemory() {
        return inMemory;
    }

    /** GeoWebCache was told by its calls what this says. */
    void taken(byte[] xml) {
        inMemory = xml;
    }

    boolean isInMemory(byte[] xml) {
        return Arrays.equals(xml, inMemory);
    }

    @Override
    public InputStream in() throws IOException {
        try (InputStream in = super.in()) {
            byte[] xml = in.readAllBytes();
            inMemory = xml;
            return new ByteArrayInputStream(xml);
        }
    }

    @Override
    public OutputStream out() throws IOException {
        if (Applying.inMemoryOnly()) {
            return OutputStream.nullOutputStream();
        }
        OutputStream file = super.out();
        return new ByteArrayOutputStream() {
            @Override
            public void close() throws IOException {
                inMemory = toByteArray();
                try (file) {
                    file.write(inMemory);
                }
            }
        };
    }

    @Override
    public void backup() throws IOException {
        if (!Applying.inMemoryOnly()) {
            super.backup();
        }
    }
}
