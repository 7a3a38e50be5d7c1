// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.GeoServerConfigurationLock.LockType;

/**
 * GeoServer's configuration lock, which its REST interface and its pages hold while they edit. Both attempts wait, for at most
 * the 30 seconds that GeoServer waits itself.
 */
interface ConfigurationGate {
    /** While it is held nobody edits, so what takes several steps is seen before the first or after the last. */
    boolean tryRead();

    boolean tryWrite();

    void unlock();

    static ConfigurationGate of(GeoServerConfigurationLock lock) {
        return new ConfigurationGate() {
            @Override
            public boolean tryRead() {
                return lock.tryLock(LockType.READ);
            }

            @Override
            public boolean tryWrite() {
                return lock.tryLock(LockType.WRITE);
            }

            @Override
            public void unlock() {
                lock.unlock();
            }
        };
    }
}
