// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

import java.io.IOException;
import org.geowebcache.config.ConfigurationException;

/** Has the database that counts tiles. */
public class QuotaStoreProvider {
    /** GeoServer's own takes what reads its settings. */
    QuotaStoreProvider() {}

    public void reloadQuotaStore() throws IOException, ConfigurationException {}
}
