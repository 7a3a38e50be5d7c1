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
    private final boolean restores;
    private final Writes writes;
    private final Set<String> touched = new LinkedHashSet<>();

    private Applying(boolean inMemory, boolean restores, Writes writes) {
        this.inMemory = inMemory;
        this.restores = restores;
        this.writes = writes;
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

    /**
     * Whether this thread applies an edit of another node: what GeoServer makes follow from it comes from there too, as objects of
     * their own. Of a version that had lost and is restored nothing comes from elsewhere.
     */
    public static boolean ofAnotherNode() {
        Applying here = HERE.get();
        return here != null && !here.restores;
    }

    /** Notes that an object was changed by this application: if it is another one than is applied, it came about by it. */
    public static void touched(String key) {
        Applying here = HERE.get();
        if (here != null) {
            here.touched.add(key);
        }
    }

    /**
     * Does something that nobody has to wait for who waits for what is applied: writing it to disk. It is done at once if this
     * thread does not apply, or if nobody waits.
     */
    public static void later(Runnable write) {
        Applying here = HERE.get();
        if (here == null || here.writes == null) {
            write.run();
        } else {
            here.writes.add(write);
        }
    }

    /** Does what was left for {@link #later}: what follows moves or removes files. */
    public static void now() {
        Applying here = HERE.get();
        if (here != null && here.writes != null) {
            here.writes.carryOut();
        }
    }

    /** Runs something as an application; may be nested. */
    public static void run(Runnable application) {
        run(false, application);
    }

    /** As {@link #run(boolean, Writes, Runnable)}, with nothing left for later. */
    public static Set<String> run(boolean inMemory, Runnable application) {
        return run(inMemory, null, application);
    }

    /**
     * As {@link #run(Runnable)}.
     *
     * @param inMemory the data directory already says so, and must not be written to
     * @param writes takes what is left for {@link #later}; null: it is done at once
     * @return the keys of what was {@link #touched}
     */
    public static Set<String> run(boolean inMemory, Writes writes, Runnable application) {
        Applying outer = HERE.get();
        return run(outer, new Applying(inMemory || outer != null && outer.inMemory, false, writes), application);
    }

    /** As {@link #run(boolean, Writes, Runnable)}, for a version that had lost: it is new to all nodes. */
    public static Set<String> restore(Runnable application) {
        return run(HERE.get(), new Applying(false, true, null), application);
    }

    private static Set<String> run(Applying outer, Applying here, Runnable application) {
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
