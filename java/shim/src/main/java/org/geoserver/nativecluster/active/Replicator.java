// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geotools.util.logging.Logging;

/**
 * The one thread that publishes what was changed here and applies what was changed elsewhere. GeoServer's threads only leave
 * the key of what they changed, and never wait for it.
 */
final class Replicator implements Runnable {
    /** Differences that no event told of are found within this time. */
    private static final long COMPARE_EVERY_MILLIS = 600_000;

    /**
     * When a node joins with what it had agreed on before, so long GeoServer goes on starting before all is compared: of ten
     * thousand layers that takes seconds, in which nobody would be answered yet.
     */
    static final long START_MILLIS = 5_000;

    /** How often the native side is asked although nothing woke this thread. */
    private static final long LOOK_EVERY_MILLIS = 500;

    /** How long to rest after an error that nobody expected. */
    private static final long PAUSE_MILLIS = 1_000;

    /** An administrator does not ask for more at once. */
    private static final int MAX_TASKS = 100;

    private static final Logger LOGGER = Logging.getLogger(Replicator.class);

    private final SharedObjects shared;
    private final Supplier<Admission> admission;
    private final Publisher publisher;
    private final Applier applier;
    private final ChangedKeys changed = new ChangedKeys();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> comparisons = new ArrayList<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicInteger reloads = new AtomicInteger();
    private final Object monitor = new Object();
    private final long startMillis;
    private boolean compare;
    private volatile boolean held;
    private volatile boolean stopped;
    private volatile boolean busy;

    /** Whether all was compared since this node joined. Until then nothing is applied, over what was edited while it was down. */
    private boolean compared;

    private long nextComparison;

    /** Whether what failed was tried again when that was due. While it is not, nothing is due. */
    private boolean tried;

    /**
     * @param admission asked before each step
     * @param startMillis how long the first comparison may wait, if nothing waits for it
     */
    Replicator(
            SharedObjects shared, Parts parts, ConfigurationGate gate, Supplier<Admission> admission, long startMillis) {
        this.shared = shared;
        this.admission = admission;
        this.startMillis = startMillis;
        this.publisher = new Publisher(shared, parts, gate);
        this.applier = new Applier(shared, parts, gate, changed, reloads::get, Replicator::millis);
    }

    /** Something may have been changed here: see {@link Part#start}. Returns at once; by any thread. */
    void changed(String key) {
        if (held) {
            return;
        }
        if (key.equals(Part.ALL) || !changed.add(key)) {
            compareAll();
        }
        wake();
    }

    /** Something may be pending. */
    void wake() {
        if (!woken.getAndSet(true)) {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }
    }

    /** Compares all that is here with the cluster, soon; completed when that is done and what came of it was tried. */
    CompletableFuture<Void> compareAll() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (monitor) {
            compare = true;
            comparisons.add(done);
        }
        wake();
        return done;
    }

    /** Runs something on this thread; false if too much is asked for already. */
    boolean submit(Runnable task) {
        synchronized (monitor) {
            if (tasks.size() >= MAX_TASKS || stopped) {
                return false;
            }
            tasks.add(task);
        }
        wake();
        return true;
    }

    /** GeoServer reads its configuration anew: what its listeners hear meanwhile is nobody's edit, and nothing is applied. */
    void hold() {
        held = true;
        reloads.incrementAndGet();
    }

    /** It was read: what is different now was edited in the files. */
    void release() {
        // first: nothing is applied over it before it is compared
        compareAll();
        held = false;
        wake();
    }

    /** Completed when what other nodes wrote before this one started was tried, or when there is nobody to catch up with. */
    CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /** Ends the loop, when what it does just now is done. */
    void stop() {
        stopped = true;
        caughtUp.complete(null);
        woken.set(false);
        wake();
    }

    Failures failures() {
        return applier.failures();
    }

    /** What waits to be published. */
    int unpublished() {
        return changed.size() + (busy ? 1 : 0);
    }

    /** Ends when it is stopped. */
    @Override
    public void run() {
        while (!stopped) {
            try {
                await();
                tried = false;
                int reload = reloads.get();
                if (!stopped && !held) {
                    step(reload);
                }
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) {
                caughtUp.complete(null);
                if (!stopped) {
                    LOGGER.log(Level.SEVERE, "Active clustering goes on after an error", e);
                    rest();
                }
            }
        }
    }

    private void await() throws InterruptedException {
        long wait = tried ? applier.failures().millisUntilNext(millis(), LOOK_EVERY_MILLIS) : LOOK_EVERY_MILLIS;
        synchronized (monitor) {
            if (!woken.get() && wait > 0) {
                monitor.wait(wait);
            }
        }
        woken.set(false);
    }

    private void step(int reload) throws InterruptedException {
        Admission now = admission.get();
        if (now == Admission.NONE || !caughtUp.isDone() && !applier.isBehind()) {
            caughtUp.complete(null);
        }
        if (now == Admission.NONE) {
            return;
        } else if (now == Admission.NEW) {
            compared = false;
            // who founds a cluster has agreed on nothing, and others wait for it
            nextComparison = millis() + (shared.keys("").isEmpty() ? 0 : startMillis);
        }
        for (Runnable task = task(); task != null; task = task()) {
            task.run();
        }
        publish();
        List<CompletableFuture<Void>> asked = compareIfWanted();
        if (compared) {
            applier.round(reload);
            tried = true;
            caughtUp.complete(null);
        }
        asked.forEach(done -> done.complete(null));
    }

    private Runnable task() {
        synchronized (monitor) {
            return tasks.poll();
        }
    }

    private void publish() throws InterruptedException {
        if (changed.isEmpty()) {
            return;
        }
        busy = true;
        try {
            publisher.publish(changed);
        } finally {
            busy = false;
        }
    }

    private List<CompletableFuture<Void>> compareIfWanted() {
        boolean due = millis() >= nextComparison || !compared && applier.isBehind();
        List<CompletableFuture<Void>> asked;
        synchronized (monitor) {
            if (!compare && !due) {
                return List.of();
            }
            compare = false;
            asked = List.copyOf(comparisons);
            comparisons.clear();
        }
        boolean done = false;
        try {
            done = publisher.compareAll(applier::isUnwritten);
            if (done) {
                compared = true;
                nextComparison = millis() + COMPARE_EVERY_MILLIS;
            }
        } finally {
            if (!done) {
                synchronized (monitor) {
                    compare = true;
                    comparisons.addAll(asked);
                }
            }
        }
        return done ? asked : List.of();
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }

    private void rest() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            stopped = true;
        }
    }
}
