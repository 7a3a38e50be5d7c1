// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;

/**
 * What a node does for the driver. STORE is the name of a store, times are of {@link System#nanoTime()}, which all
 * processes of a Linux machine share.
 *
 * <pre>
 * ready                       nothing: the JVM is up
 * start                       joins: time before, time after
 * members                     how many this member sees
 * await-members N             time when this member saw so many
 * footprint                   bytes resident and bytes alive in the heap, threads
 * load STORE FROM TO THREADS  saves statuses with these numbers
 * read-all STORE              gets each until it is there: time of the last
 * count STORE FROM TO         how many of these numbers are there
 * digest STORE                how many there are, and a hash of them
 * watch STORE NUMBER PERCENT  begins to read a status until it shows the progress
 * watched                     time when it did
 * touch STORE NUMBER PERCENT  saves that progress: time before
 * writer STORE FROM           begins to save, see {@link Writer}
 * written STORE               saves made since then
 * stop-writer STORE           nanoseconds that the longest save took, saves that failed
 * get|progress|create|running|queued|page STORE ...   see {@link Timed}
 * </pre>
 */
final class Commands implements Program {
    /** Longest wait for a condition; Hazelcast needs a minute to notice a link that is cut. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(100);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Contender contender;
    private final Timed timed;
    private final Map<String, Writer> writers = new HashMap<>();
    private Watch watch;

    Commands(Contender contender) {
        this.contender = contender;
        this.timed = new Timed(contender);
    }

    @Override
    public void close() {
        contender.close();
    }

    @Override
    public long[] execute(String[] words) throws Exception {
        switch (words[0]) {
            case "ready":
                return new long[0];
            case "start":
                long before = System.nanoTime();
                contender.start();
                return new long[] {before, System.nanoTime()};
            case "members":
                return new long[] {contender.members()};
            case "await-members":
                return await(() -> contender.members() == Integer.parseInt(words[1]));
            case "footprint":
                return footprint();
            case "watched":
                return new long[] {watch.seen()};
            case "written":
                return new long[] {writer(words).saves()};
            case "stop-writer":
                return writers.remove(words[1]).stop();
            default:
                ProcessStatusStore store = contender.store(words[1]);
                long[] numbers = new long[words.length - 2];
                for (int at = 0; at < numbers.length; at++) {
                    numbers[at] = Long.parseLong(words[at + 2]);
                }
                return execute(words[0], words[1], store, numbers);
        }
    }

    private Writer writer(String[] words) {
        return Objects.requireNonNull(writers.get(words[1]), "no writer");
    }

    private long[] execute(String command, String name, ProcessStatusStore store, long[] numbers) throws Exception {
        switch (command) {
            case "load":
                return timed.load(name, (int) numbers[0], (int) numbers[1], (int) numbers[2]);
            case "read-all":
                return readAll(store);
            case "count":
                return count(store, (int) numbers[0], (int) numbers[1]);
            case "digest":
                return digest(store);
            case "watch":
                watch = new Watch(store, Statuses.id((int) numbers[0]), numbers[1]);
                return new long[0];
            case "touch":
                return timed.touch(name, (int) numbers[0], numbers[1]);
            case "writer":
                writers.put(name, new Writer(store, (int) numbers[0]));
                return new long[0];
            case "get":
                return timed.get(name, (int) numbers[0]);
            case "progress":
                return timed.progress(name, (int) numbers[0], (int) numbers[1]);
            case "create":
                return timed.create(name, (int) numbers[0], (int) numbers[1]);
            case "running":
                return timed.list(name, (int) numbers[0], ProcessState.RUNNING);
            case "queued":
                return timed.list(name, (int) numbers[0], ProcessState.QUEUED);
            case "page":
                return timed.page(name, (int) numbers[0]);
            default:
                throw new IllegalArgumentException("no command: " + command);
        }
    }

    /** Waits for a condition; the time when it held. */
    static long[] await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited in vain");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return new long[] {System.nanoTime()};
    }

    private static long[] readAll(ProcessStatusStore store) {
        long deadline = System.nanoTime() + PATIENCE;
        for (int number = 0; number < Statuses.COUNT; ) {
            if (store.get(Statuses.id(number)) != null) {
                number++;
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException("status " + number + " does not come");
            } else {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        return new long[] {System.nanoTime()};
    }

    private static long[] count(ProcessStatusStore store, int from, int to) {
        long found = 0;
        for (int number = from; number < to; number++) {
            if (store.get(Statuses.id(number)) != null) {
                found++;
            }
        }
        return new long[] {found};
    }

    private static long[] digest(ProcessStatusStore store) {
        List<ExecutionStatus> all = new ArrayList<>(store.list(new Query("GetExecutions", Filter.INCLUDE)));
        all.sort(Comparator.comparing(ExecutionStatus::getExecutionId));
        long hash = 0;
        for (ExecutionStatus status : all) {
            hash = hash * 31 + Objects.hash(status.getExecutionId(), status.getPhase().name(), status.getProgress());
        }
        return new long[] {all.size(), hash};
    }

    /** The heap counts by what is alive in it: its pages are all resident from the start. */
    private static long[] footprint() throws IOException {
        System.gc();
        long memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long threads = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            String[] words = line.split("\\s+");
            switch (words[0]) {
                case "VmRSS:" -> memory += Long.parseLong(words[1]) * 1024;
                case "Threads:" -> threads = Long.parseLong(words[1]);
                default -> {}
            }
        }
        return new long[] {memory, threads};
    }
}
