// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Outcome;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geotools.util.logging.Logging;

/**
 * Puts in place what other nodes wrote: what others need first, and what was removed last, in reverse order. Under the
 * configuration lock, in short batches, so that those who edit here need not wait long.
 */
final class Applier {
    /** Contents are about 2 KB, and larger ones are files: so this is 100 MB at most, when a node joins a huge catalog. */
    static final int MAX_PENDING = 50_000;

    /** How long those who edit, or read the configuration, may have to wait for a batch. */
    private static final long HOLD_MILLIS = 10;

    /** What waits for what was applied just now is tried again as often: a chain of references is not longer. */
    private static final int MAX_PASSES = 12;

    private static final Logger LOGGER = Logging.getLogger(Applier.class);

    private record Done(Pending pending, Local local) {}

    private final SharedObjects shared;
    private final Parts parts;
    private final ConfigurationGate gate;
    private final ChangedKeys changed;
    private final Failures failures = new Failures();
    private final Orphans orphans;
    private final LongSupplier clock;

    private final Writes writes = new Writes();
    private final IntSupplier reloads;

    /** Of {@link #reloads}, when the round began. */
    private int generation;

    /** What was applied to since it was settled. */
    private final Set<Part> unsettled = new LinkedHashSet<>();

    /**
     * @param reloads how often GeoServer has begun to read its configuration anew
     * @param clock milliseconds, from any beginning
     */
    Applier(
            SharedObjects shared,
            Parts parts,
            ConfigurationGate gate,
            ChangedKeys changed,
            IntSupplier reloads,
            LongSupplier clock) {
        this.shared = shared;
        this.parts = parts;
        this.gate = gate;
        this.changed = changed;
        this.reloads = reloads;
        this.clock = clock;
        this.orphans = new Orphans(shared, clock);
    }

    Failures failures() {
        return failures;
    }

    /** Whether other nodes wrote something that is not here yet. */
    boolean isBehind() {
        return !shared.pending(1).isEmpty();
    }

    /**
     * Applies what is pending, as far as that is possible now.
     *
     * @param reload how often GeoServer had begun to read its configuration anew when it was seen that it does not: once it has
     *     begun again, nothing is there to apply to, and all is compared before what was read is applied to
     */
    void round(int reload) {
        if (generation != reload) {
            // what could not be written to disk was not read from there either: it is pending
            writes.forget();
        }
        generation = reload;
        apply();
        settle();
    }

    /** Whether an object is in memory, and could not be written to disk yet: it is not here before it is. */
    boolean isUnwritten(String key) {
        return writes.has(key);
    }

    private boolean isReadAnew() {
        return generation != reloads.getAsInt();
    }

    private void apply() {
        List<Pending> all = shared.pending(MAX_PENDING);
        Set<String> keys = new HashSet<>();
        all.forEach(pending -> keys.add(pending.key()));
        failures.keep(keys);
        orphans.keep(keys);
        if (all.isEmpty()) {
            return;
        }
        for (Part part : parts.all()) {
            part.coming(all.stream().filter(p -> parts.of(p.key()) == part).toList());
        }
        List<Pending> due = new ArrayList<>();
        List<Pending> waiting = new ArrayList<>();
        for (Pending pending : all) {
            boolean mustWait = failures.mustWait(pending, clock.getAsLong());
            if (parts.of(pending.key()) != null) {
                (mustWait ? waiting : due).add(pending);
            } else if (!mustWait) {
                fail(pending, "This node does not share what " + pending.key() + " belongs to");
            }
        }
        for (int pass = 0; pass < MAX_PASSES && !due.isEmpty(); pass++) {
            List<Pending> left = pass(due);
            if (left.size() == due.size()) {
                break;
            }
            due = left;
            due.addAll(waiting);
            waiting.clear();
        }
    }

    /** Tries each once; returns those that failed. */
    private List<Pending> pass(List<Pending> due) {
        List<Pending> ordered = new ArrayList<>(due);
        Comparator<Pending> needed = Comparator.comparingInt(pending -> parts.order(pending.key()));
        ordered.sort(Comparator.comparing(Pending::isRemoval)
                .thenComparing((a, b) -> a.isRemoval() ? needed.compare(b, a) : needed.compare(a, b))
                .thenComparing(Pending::when));
        List<Pending> left = new ArrayList<>();
        List<Pending> prepared = new ArrayList<>();
        for (Pending pending : ordered) {
            String problem = guarded(pending, () -> parts.of(pending.key()).prepare(pending));
            if (problem == null) {
                prepared.add(pending);
            } else {
                fail(pending, problem);
                left.add(pending);
            }
        }
        int next = 0;
        while (next < prepared.size() && gate.tryWrite()) {
            List<Done> done = new ArrayList<>();
            try {
                if (isReadAnew()) {
                    break;
                }
                next = batch(prepared, next, done, left);
            } finally {
                gate.unlock();
            }
            for (Done one : written(done, left)) {
                tell(one);
            }
        }
        left.addAll(prepared.subList(next, prepared.size()));
        return left;
    }

    /** Applies for as long as the lock may be held; returns where to go on. */
    private int batch(List<Pending> prepared, int from, List<Done> done, List<Pending> left) {
        long end = clock.getAsLong() + HOLD_MILLIS;
        Set<String> derived = new LinkedHashSet<>();
        int next = from;
        while (next < prepared.size() && (next == from || clock.getAsLong() < end)) {
            Pending pending = prepared.get(next++);
            // an edit that is not published yet goes first: the cluster decides between the two
            if (changed.contains(pending.key())) {
                left.add(pending);
                continue;
            }
            Part part = parts.of(pending.key());
            unsettled.add(part);
            Applied[] applied = {Applied.not(null)};
            boolean inMemory = pending.sameDirectory() && !changed.isRefused(pending.key());
            writes.begin(pending.key());
            String problem = guarded(pending, () -> {
                derived.addAll(Applying.run(inMemory, writes, () -> applied[0] = part.apply(pending)));
                return applied[0].problem();
            });
            // what was edited here and is not published yet stays an edit, as does what was decided, also by what then failed; in a
            // directory that both share, what was told is the other node's writing
            derived.removeIf(key -> !inMemory && changed.contains(key));
            if (problem == null) {
                changed.undone(pending.key());
                done.add(new Done(pending, applied[0].local()));
            } else if (!orphans.isOne(pending.key(), applied[0].needs()) || !remove(pending)) {
                fail(pending, problem);
                left.add(pending);
            }
        }
        done.forEach(one -> derived.remove(one.pending().key()));
        derive(derived);
        return next;
    }

    /** For the cluster: here it is not. False if this node must not. */
    private boolean remove(Pending pending) {
        try {
            shared.applied(pending.key(), pending.token(), pending.content());
            failures.succeeded(pending.key());
            if (shared.put(pending.key(), null) == Outcome.READ_ONLY) {
                return false;
            }
            LOGGER.info(pending.key() + " is removed, for what it belongs to was");
            return true;
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "Cannot be removed: " + pending.key(), e);
            return false;
        }
    }

    /**
     * Writes what was applied, while others can read. Who edits waits, so that nobody removes or renames what is being written.
     *
     * @param left takes what could not be written
     * @return what the cluster can be told
     */
    private List<Done> written(List<Done> done, List<Pending> left) {
        if (writes.isEmpty()) {
            return isReadAnew() ? List.of() : done;
        }
        Map<String, String> failed = new HashMap<>();
        if (!gate.tryRead()) {
            done.forEach(one -> failed.put(one.pending().key(), "GeoServer's configuration is locked"));
        } else {
            try {
                if (isReadAnew()) {
                    // it was read anew from disk before this was there: all of it is still pending
                    writes.forget();
                    return List.of();
                }
                failed.putAll(writes.carryOut());
            } finally {
                gate.unlock();
            }
        }
        List<Done> written = new ArrayList<>();
        for (Done one : done) {
            String problem = failed.get(one.pending().key());
            if (problem == null) {
                written.add(one);
            } else {
                fail(one.pending(), problem);
                left.add(one.pending());
            }
        }
        return written;
    }

    /** Last, for it may write to disk: whoever waits for the lock to read sees before what was applied. */
    private void settle() {
        if (unsettled.isEmpty() || !gate.tryWrite()) {
            return;
        }
        try {
            if (isReadAnew()) {
                return;
            }
            for (Part part : unsettled) {
                try {
                    Applying.run(part::settle);
                } catch (RuntimeException | LinkageError e) {
                    LOGGER.log(Level.WARNING, "After changes of other nodes: " + part.prefixes(), e);
                }
            }
            unsettled.removeIf(Part::isSettled);
        } finally {
            gate.unlock();
        }
    }

    /** What came about by it is nobody's edit, and the other nodes come to the same by themselves. */
    private void derive(Set<String> keys) {
        for (String key : keys) {
            try {
                Part part = parts.of(key);
                Local local = part == null ? null : part.read(key);
                if (local != null && local.file() != null) {
                    shared.derivedFile(key, local.file());
                } else if (local != null) {
                    shared.derived(key, local.content());
                }
            } catch (RuntimeException | LinkageError e) {
                LOGGER.log(Level.WARNING, "What followed from a change of another node cannot be told: " + key, e);
            }
        }
    }

    private void tell(Done done) {
        Pending pending = done.pending();
        try {
            Path file = done.local().file();
            if (file == null) {
                shared.applied(pending.key(), pending.token(), done.local().content());
            } else {
                shared.appliedFile(pending.key(), pending.token(), file);
            }
            failures.succeeded(pending.key());
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "What was applied cannot be told: " + pending.key(), e);
            failures.failed(pending, "It was applied, and cannot be told: " + e.getMessage(), clock.getAsLong());
        }
    }

    private void fail(Pending pending, String reason) {
        Failures.Failure before = failures.all().get(pending.key());
        failures.failed(pending, reason, clock.getAsLong());
        boolean known = before != null && before.pending().token() == pending.token() && before.reason().equals(reason);
        if (!known) {
            LOGGER.log(Level.FINE, "Waits to be applied: {0}: {1}", new Object[] {pending.key(), reason});
            shared.failed(pending.key(), pending.token(), reason);
        }
    }

    /** Nothing that one object does keeps others from being applied. */
    private static String guarded(Pending pending, java.util.function.Supplier<String> step) {
        try {
            return step.get();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOGGER.log(Level.WARNING, "Cannot be applied, and is tried again: " + pending.key(), e);
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }
}
