// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

/**
 * Says, for the current thread, that another node's version is being put in place: GeoServer calls its listeners on the thread
 * that saves, so one that hears of a change here knows that it is nobody's edit. An administrator who edits on another thread
 * meanwhile is heard.
 */
public final class Applying {
    private static final ThreadLocal<Integer> DEPTH = ThreadLocal.withInitial(() -> 0);

    private Applying() {}

    /** Whether this thread applies. */
    public static boolean here() {
        return DEPTH.get() > 0;
    }

    /** Runs something as an application; may be nested. */
    public static void run(Runnable application) {
        DEPTH.set(DEPTH.get() + 1);
        try {
            application.run();
        } finally {
            DEPTH.set(DEPTH.get() - 1);
        }
    }
}
