// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

import java.util.ArrayList;
import java.util.List;
import org.geowebcache.diskquota.storage.LayerQuota;
import org.geowebcache.diskquota.storage.Quota;

/** Remembers what was asked of it; it reads and writes the settings as it is told to. */
public class FakeMonitor extends DiskQuotaMonitor {
    public final List<String> calls = new ArrayList<>();

    /** Changes what is in use to what the file says. */
    public Runnable read = () -> {};

    /** Writes the file. */
    public Runnable write = () -> {};

    /** What somebody does while it stops. */
    public Runnable meanwhile = () -> {};

    /** Nothing but how often it is looked. */
    public static final class Config extends DiskQuotaConfig {
        public int frequency;

        @Override
        public Boolean isEnabled() {
            return true;
        }

        @Override
        public Integer getCacheCleanUpFrequency() {
            return frequency;
        }

        @Override
        public java.util.concurrent.TimeUnit getCacheCleanUpUnits() {
            return null;
        }

        @Override
        public Integer getMaxConcurrentCleanUps() {
            return null;
        }

        @Override
        public Quota getGlobalQuota() {
            return null;
        }

        @Override
        public ExpirationPolicy getGlobalExpirationPolicyName() {
            return null;
        }

        @Override
        public List<LayerQuota> getLayerQuotas() {
            return null;
        }

        @Override
        public String getQuotaStore() {
            return null;
        }
    }

    @Override
    public void saveConfig() {
        calls.add("save");
        write.run();
    }

    @Override
    public void reloadConfig() {
        calls.add("reload");
        read.run();
    }

    @Override
    public QuotaStoreProvider getQuotaStoreProvider() {
        return new QuotaStoreProvider() {
            @Override
            public void reloadQuotaStore() {
                calls.add("store");
            }
        };
    }

    @Override
    public void shutDown(int seconds) {
        calls.add("stop");
        meanwhile.run();
    }

    @Override
    public void startUp() {
        calls.add("start");
        read.run();
    }
}
