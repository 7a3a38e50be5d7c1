// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Where a configuration is. */
public interface ConfigurationResourceProvider {
    InputStream in() throws IOException;

    OutputStream out() throws IOException;

    void backup() throws IOException;

    String getId();

    String getLocation() throws IOException;

    void setTemplate(String templateLocation);

    boolean hasInput();

    boolean hasOutput();
}
