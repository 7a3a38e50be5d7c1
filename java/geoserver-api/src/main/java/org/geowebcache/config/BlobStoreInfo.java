// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.config;

/** A place for tiles. */
public abstract class BlobStoreInfo implements java.io.Serializable, Cloneable {
    private static final long serialVersionUID = 1;

    public BlobStoreInfo(String id) {}

    public String getName() {
        throw new UnsupportedOperationException();
    }

    public boolean isDefault() {
        throw new UnsupportedOperationException();
    }

    public abstract String getLocation();
}
