// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.GeoServer;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.config.util.XStreamPersisterFactory;

/** GeoServer's XML of configuration objects. */
final class Xml {
    private final GeoServer geoServer;
    private final Catalog catalog;
    private final XStreamPersisterFactory persisters;
    private XStreamPersister persister;

    Xml(GeoServer geoServer, Catalog catalog, XStreamPersisterFactory persisters) {
        this.geoServer = geoServer;
        this.catalog = catalog;
        this.persisters = persisters;
    }

    byte[] write(Object object) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        persister().save(object, out);
        return out.toByteArray();
    }

    <T> T read(byte[] xml, Class<T> type) throws IOException {
        return persister().load(new ByteArrayInputStream(xml), type);
    }

    /** Made at the first use: other modules add to what it can write when they start. Only the replicator's thread comes here. */
    private XStreamPersister persister() {
        if (persister == null) {
            persister = persisters.createXMLPersister();
            persister.setGeoServer(geoServer);
            persister.setCatalog(catalog);
            persister.setEncryptPasswordFields(false);
        }
        return persister;
    }
}
