// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config.util;

import java.io.InputStream;
import java.io.OutputStream;
import org.geoserver.config.GeoServer;
import org.geoserver.config.ServiceInfo;
import org.geoserver.config.ServiceLoader;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.resource.Resource;

/** Reads and writes the configuration of a service as XML. */
public abstract class XStreamServiceLoader<T extends ServiceInfo> implements ServiceLoader<T> {
    private final String name;
    private XStreamPersisterFactory persisters;

    public XStreamServiceLoader(GeoServerResourceLoader resourceLoader, String name) {
        this.name = name;
    }

    public String getFilename() {
        return name + ".xml";
    }

    public void setXStreamPeristerFactory(XStreamPersisterFactory factory) {
        persisters = factory;
    }

    /** Reads the service from its file in a directory. */
    public final T load(GeoServer geoServer, Resource directory) throws Exception {
        try (InputStream in = directory.get(getFilename()).in()) {
            return persisters.createXMLPersister().load(in, getServiceClass());
        }
    }

    /** Writes the service to its file in a directory. */
    public final void save(T service, GeoServer geoServer, Resource directory) throws Exception {
        try (OutputStream out = directory.get(getFilename()).out()) {
            persisters.createXMLPersister().save(service, out);
        }
    }
}
