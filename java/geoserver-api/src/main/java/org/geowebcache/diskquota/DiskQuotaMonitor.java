// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

import java.io.IOException;
import org.geowebcache.config.ConfigurationException;

/** Keeps tiles within their room. */
public class DiskQuotaMonitor {
    private DiskQuotaMonitor() {}

    public boolean isEnabled() {
        throw new UnsupportedOperationException();
    }

    public void saveConfig() {}

    public void reloadConfig() throws ConfigurationException, IOException {}
}
