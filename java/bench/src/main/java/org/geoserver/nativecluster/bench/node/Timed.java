// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.FilterFactory;
import org.geotools.api.filter.sort.SortOrder;
import org.geotools.factory.CommonFactoryFinder;

/** Calls a store as GeoServer does, and tells how long each call took, in nanoseconds. */
final class Timed {
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int PAGE = 100;

    private static final FilterFactory FILTERS = CommonFactoryFinder.getFilterFactory();

    private final Contender contender;
    private final Random random = new Random(1);

    /** What this node executes, by store: GeoServer keeps the status that it saves, and changes it. */
    private final Map<String, Map<Integer, ExecutionStatus>> executing = new HashMap<>();

    private interface Share {
        /** What a thread does of a work that several share. */
        long[] run(int thread) throws Exception;
    }

    Timed(Contender contender) {
        this.contender = contender;
    }

    private static long[] share(int threads, Share work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<long[]>> shares = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                shares.add(executor.submit(() -> work.run(number)));
            }
            LongStream times = LongStream.empty();
            for (Future<long[]> share : shares) {
                times = LongStream.concat(times, LongStream.of(share.get()));
            }
            return times.toArray();
        } finally {
            executor.shutdownNow();
        }
    }

    private static long save(ProcessStatusStore store, ExecutionStatus status) {
        long before = System.nanoTime();
        store.save(status);
        return System.nanoTime() - before;
    }

    long[] load(String name, int from, int to, int threads) throws Exception {
        ProcessStatusStore store = contender.store(name);
        Map<Integer, ExecutionStatus> mine = executing.computeIfAbsent(name, any -> new HashMap<>());
        List<ExecutionStatus> all = new ArrayList<>();
        for (int number = from; number < to; number++) {
            ExecutionStatus status = Statuses.of(number);
            all.add(status);
            if (status.getPhase() == ProcessState.RUNNING) {
                mine.put(number, status);
            }
        }
        return share(threads, thread -> {
            for (int at = thread; at < all.size(); at += threads) {
                store.save(all.get(at));
            }
            return new long[0];
        });
    }

    /** Gets statuses that lie, if that makes a difference, on another member. */
    long[] get(String name, int count) {
        ProcessStatusStore store = contender.store(name);
        long[] times = new long[count];
        for (int at = 0; at < count; ) {
            String id = Statuses.id(random.nextInt(Statuses.COUNT));
            if (!contender.isHere(name, id)) {
                long before = System.nanoTime();
                ExecutionStatus status = store.get(id);
                times[at++] = System.nanoTime() - before;
                check(status != null, "the status is not there");
            }
        }
        return times;
    }

    /** Saves the progress of what this node executes, each of the threads of its own processes. */
    long[] progress(String name, int count, int threads) throws Exception {
        ProcessStatusStore store = contender.store(name);
        List<ExecutionStatus> all = new ArrayList<>(executing.get(name).values());
        return share(threads, thread -> {
            long[] times = new long[count / threads];
            for (int at = 0; at < times.length; at++) {
                ExecutionStatus status = all.get((thread + at * threads) % all.size());
                progressed(status, (status.getProgress() + 1) % 100);
                times[at] = save(store, status);
            }
            return times;
        });
    }

    /** Answers a moment later: whoever waits for the answer must not take a processor from what is measured. */
    long[] touch(String name, int number, float progress) {
        ExecutionStatus status = executing.get(name).get(number);
        progressed(status, progress);
        long before = System.nanoTime();
        contender.store(name).save(status);
        LockSupport.parkNanos(MOMENT_NANOS);
        return new long[] {before};
    }

    /** GeoServer's tracker does so at every sign of progress. */
    private static void progressed(ExecutionStatus status, float progress) {
        status.setProgress(progress);
        status.setLastUpdated(new Date());
    }

    /** Saves new statuses, lets them run and succeed: a third of the times each. Removes them in the end. */
    long[] create(String name, int from, int count) {
        ProcessStatusStore store = contender.store(name);
        long[] times = new long[3 * count];
        for (int at = 0; at < count; at++) {
            ExecutionStatus status = Statuses.of(from + at, ProcessState.QUEUED);
            times[at] = save(store, status);
            status.setPhase(ProcessState.RUNNING);
            times[count + at] = save(store, status);
            status.setPhase(ProcessState.SUCCEEDED);
            times[2 * count + at] = save(store, status);
            check(store.remove(status.getExecutionId()) != null, "there was none to remove");
        }
        return times;
    }

    /** Lists all that run or all that wait. */
    long[] list(String name, int count, ProcessState phase) {
        Filter filter = FILTERS.equal(FILTERS.property("phase"), FILTERS.literal(phase.name()), true);
        int expected = phase == ProcessState.RUNNING ? Statuses.RUNNING : Statuses.QUEUED;
        return list(name, count, new Query("GetExecutions", filter), expected);
    }

    long[] page(String name, int count) {
        Query query = new Query("GetExecutions", Filter.INCLUDE);
        query.setSortBy(FILTERS.sort("creationTime", SortOrder.ASCENDING));
        query.setMaxFeatures(PAGE);
        return list(name, count, query, PAGE);
    }

    private long[] list(String name, int count, Query query, int expected) {
        ProcessStatusStore store = contender.store(name);
        long[] times = new long[count];
        for (int at = 0; at < count; at++) {
            long before = System.nanoTime();
            List<ExecutionStatus> found = store.list(query);
            times[at] = System.nanoTime() - before;
            check(found.size() == expected, "expected " + expected + " statuses, found " + found.size());
        }
        return times;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
