// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

import java.io.IOException;
import org.geowebcache.config.ConfigurationException;

/** Keeps tiles within their room. */
public class DiskQuotaMonitor {
    /** GeoServer's own takes all that it works with. */
    DiskQuotaMonitor() {}

    public boolean isEnabled() {
        throw new UnsupportedOperationException();
    }

    public void saveConfig() {}

    public void reloadConfig() throws ConfigurationException, IOException {}

    public QuotaStoreProvider getQuotaStoreProvider() {
        throw new UnsupportedOperationException();
    }

    public void startUp() throws ConfigurationException, IOException {}

    public void shutDown(int timeOutSecs) throws InterruptedException {}
}
