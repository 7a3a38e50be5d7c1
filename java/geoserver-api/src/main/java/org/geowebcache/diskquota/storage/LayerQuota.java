// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.diskquota.storage;

/** How much room a layer's tiles may take. */
public class LayerQuota {
    private LayerQuota() {}
}
