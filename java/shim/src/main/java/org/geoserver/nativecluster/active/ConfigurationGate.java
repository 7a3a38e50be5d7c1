// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.GeoServerConfigurationLock.LockType;

/**
 * GeoServer's configuration lock, which its REST interface and its pages hold while they edit. Both attempts wait, for at most
 * the 30 seconds that GeoServer waits itself.
 */
public interface ConfigurationGate {
    /** What a request takes to answer after it gave the lock back. */
    long ANSWER_MILLIS = 1;

    /** Who waited longer for the lock than it takes to get it has waited for somebody. */
    long WAITED_NANOS = 100_000;

    /** While it is held nobody edits, so what takes several steps is seen before the first or after the last. */
    boolean tryRead();

    boolean tryWrite();

    void unlock();

    /**
     * Waits until nobody edits, and who did has the answer: it would be at his expense if others' work began at once, for it
     * takes the same processors.
     *
     * @return false if the configuration is locked for too long
     */
    default boolean letAnswer() throws InterruptedException {
        long before = System.nanoTime();
        if (!tryRead()) {
            return false;
        }
        unlock();
        if (System.nanoTime() - before > WAITED_NANOS) {
            Thread.sleep(ANSWER_MILLIS);
        }
        return true;
    }

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
