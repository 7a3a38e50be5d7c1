// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geowebcache.diskquota.storage.LayerQuota;
import org.geowebcache.diskquota.storage.Quota;

/** How much room tiles may take. */
public class DiskQuotaConfig {
    public DiskQuotaConfig() {}

    public Boolean isEnabled() {
        throw new UnsupportedOperationException();
    }

    public Integer getCacheCleanUpFrequency() {
        throw new UnsupportedOperationException();
    }

    public TimeUnit getCacheCleanUpUnits() {
        throw new UnsupportedOperationException();
    }

    public Integer getMaxConcurrentCleanUps() {
        throw new UnsupportedOperationException();
    }

    public Quota getGlobalQuota() {
        throw new UnsupportedOperationException();
    }

    public ExpirationPolicy getGlobalExpirationPolicyName() {
        throw new UnsupportedOperationException();
    }

    public List<LayerQuota> getLayerQuotas() {
        throw new UnsupportedOperationException();
    }

    public String getQuotaStore() {
        throw new UnsupportedOperationException();
    }
}
