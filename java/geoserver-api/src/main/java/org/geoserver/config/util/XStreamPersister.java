// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config.util;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.geoserver.catalog.Catalog;
import org.geoserver.config.GeoServer;

/** Writes objects as XML, and reads them. */
public class XStreamPersister {
    protected XStreamPersister() {}

    public void setUnwrapNulls(boolean value) {}

    public void setCatalog(Catalog catalog) {}

    public void setGeoServer(GeoServer geoServer) {}

    public void setReferenceByName(boolean value) {}

    public void setEncryptPasswordFields(boolean value) {}

    public void save(Object object, OutputStream outputStream) throws IOException {}

    public <T> T load(InputStream inputStream, Class<T> type) throws IOException {
        throw new UnsupportedOperationException();
    }
}
