// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota.jdbc;

import java.io.InputStream;
import java.io.OutputStream;
import org.geowebcache.config.ConfigurationException;

/** A database that counts tiles. */
public class JDBCConfiguration implements java.io.Serializable {
    private static final long serialVersionUID = 1;

    public JDBCConfiguration() {}

    public static JDBCConfiguration load(InputStream in) throws ConfigurationException {
        throw new UnsupportedOperationException();
    }

    public static void store(JDBCConfiguration configuration, OutputStream out) {
        throw new UnsupportedOperationException();
    }
}
