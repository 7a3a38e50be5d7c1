// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota;

/** How much room tiles may take. */
public class DiskQuotaConfig {
    public DiskQuotaConfig() {}
}
