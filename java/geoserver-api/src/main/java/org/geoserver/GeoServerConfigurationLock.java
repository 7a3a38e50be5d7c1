// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver;

/** Guards the configuration: many read, one writes. */
public class GeoServerConfigurationLock {
    /** For reading or for writing. */
    public enum LockType {
        READ,
        WRITE
    }

    public GeoServerConfigurationLock() {}

    public boolean isWriteLocked() {
        throw new UnsupportedOperationException();
    }

    public void lock(GeoServerConfigurationLock.LockType lockType) {}

    public boolean tryLock(GeoServerConfigurationLock.LockType lockType) {
        throw new UnsupportedOperationException();
    }

    public void unlock() {}

    public GeoServerConfigurationLock.LockType getCurrentLock() {
        throw new UnsupportedOperationException();
    }
}
