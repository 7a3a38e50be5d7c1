// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.gwc.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.geoserver.platform.resource.Resource;
import org.geoserver.platform.resource.ResourceStore;
import org.geowebcache.config.ConfigurationException;
import org.geowebcache.config.ConfigurationResourceProvider;

/** A configuration in the folder {@code gwc} of the data directory. */
public class GeoserverXMLResourceProvider implements ConfigurationResourceProvider {
    private final Resource file;

    public GeoserverXMLResourceProvider(String configFileName, ResourceStore resourceStore) throws ConfigurationException {
        this.file = resourceStore.get("gwc/" + configFileName);
    }

    @Override
    public InputStream in() throws IOException {
        return file.in();
    }

    @Override
    public OutputStream out() throws IOException {
        return file.out();
    }

    @Override
    public void backup() throws IOException {
        try (OutputStream out = file.parent().get("geowebcache.bak").out()) {
            file.in().transferTo(out);
        }
    }

    @Override
    public String getId() {
        return file.parent().path();
    }

    @Override
    public String getLocation() throws IOException {
        return file.path();
    }

    @Override
    public void setTemplate(String templateLocation) {}

    @Override
    public boolean hasInput() {
        return true;
    }

    @Override
    public boolean hasOutput() {
        return true;
    }
}
