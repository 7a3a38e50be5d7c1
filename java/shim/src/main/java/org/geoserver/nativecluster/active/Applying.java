// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Says, for the current thread, that another node's version is being put in place: GeoServer calls its listeners on the thread
 * that saves, so one that hears of a change here knows that it is nobody's edit. An administrator who edits on another thread
 * meanwhile is heard.
 */
public final class Applying {
    private static final ThreadLocal<Applying> HERE = new ThreadLocal<>();

    private final boolean inMemory;
    private final Set<String> touched = new LinkedHashSet<>();

    private Applying(boolean inMemory) {
        this.inMemory = inMemory;
    }

    /** Whether this thread applies. */
    public static boolean here() {
        return HERE.get() != null;
    }

    /** Whether this thread applies what another node has already written into the data directory that both share. */
    public static boolean inMemoryOnly() {
        Applying here = HERE.get();
        return here != null && here.inMemory;
    }

    /** Notes that an object was changed by this application: if it is another one than is applied, it came about by it. */
    public static void touched(String key) {
        Applying here = HERE.get();
        if (here != null) {
            here.touched.add(key);
        }
    }

    /** Runs something as an application; may be nested. */
    public static void run(Runnable application) {
        run(false, application);
    }

    /**
     * As {@link #run(Runnable)}.
     *
     * @param inMemory the data directory already says so, and must not be written to
     * @return the keys of what was {@link #touched}
     */
    public static Set<String> run(boolean inMemory, Runnable application) {
        Applying outer = HERE.get();
        Applying here = new Applying(inMemory || outer != null && outer.inMemory);
        HERE.set(here);
        try {
            application.run();
            return here.touched;
        } finally {
            if (outer == null) {
                HERE.remove();
            } else {
                outer.touched.addAll(here.touched);
                HERE.set(outer);
            }
        }
    }
}
