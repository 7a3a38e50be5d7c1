// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Outcome;
import org.geotools.util.logging.Logging;

/**
 * Tells the cluster what is here: what was changed, and all there is. Objects are read under the configuration lock, so what a
 * request does in several steps is published when it is over; files are read without it.
 */
final class Publisher {
    /** Objects that are read under the lock at once. */
    static final int BATCH = 200;

    /** How long those who want to edit may have to wait for a comparison. */
    private static final long HOLD_MILLIS = 20;

    private static final Logger LOGGER = Logging.getLogger(Publisher.class);

    /** @param local null if it was not read, or there is nothing to say of it */
    private record Reading(String key, Part part, Local local) {}

    private final SharedObjects shared;
    private final Parts parts;
    private final ConfigurationGate gate;

    Publisher(SharedObjects shared, Parts parts, ConfigurationGate gate) {
        this.shared = shared;
        this.parts = parts;
        this.gate = gate;
    }

    /**
     * Publishes what was changed; those that cannot be read now are put back.
     *
     * @return whether the cluster says something else of one of them, which is now pending
     */
    boolean publish(ChangedKeys changed) throws InterruptedException {
        boolean pending = false;
        if (!gate.letAnswer()) {
            return false;
        }
        while (!changed.isEmpty()) {
            if (!gate.tryRead()) {
                return pending;
            }
            List<Reading> later = new ArrayList<>();
            try {
                pending |= publish(changed, later);
            } finally {
                gate.unlock();
            }
            for (Reading reading : later) {
                pending |= put(reading, changed);
            }
        }
        return pending;
    }

    /**
     * What others need goes first; of what was removed, what needs others. Each object goes out as soon as it is read, so that
     * other nodes work at it while the next is read here: until there is a file, which must not be read under the lock.
     */
    private boolean publish(ChangedKeys changed, List<Reading> later) {
        Comparator<Reading> order = Comparator.comparingInt(reading -> reading.part().order(reading.key()));
        List<Reading> removals = new ArrayList<>();
        boolean pending = false;
        List<String> keys = changed.take(BATCH);
        for (Reading known : keys.stream().map(this::known).filter(Objects::nonNull).sorted(order).toList()) {
            Reading reading = read(known);
            if (reading.local() == null) {
                continue;
            } else if (reading.local().equals(Local.NOTHING)) {
                removals.add(0, reading);
            } else if (later.isEmpty() && reading.local().file() == null) {
                pending |= put(reading, changed);
            } else {
                later.add(reading);
            }
        }
        later.addAll(removals);
        return pending;
    }

    private Reading known(String key) {
        Part part = parts.of(key);
        return part == null ? null : new Reading(key, part, null);
    }

    private static Reading read(Reading known) {
        try {
            return new Reading(known.key(), known.part(), known.part().read(known.key()));
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, "A change here cannot be read, and is not published: " + known.key(), e);
            return known;
        }
    }

    /** Whether the cluster says something else, which is now pending. */
    private boolean put(Reading reading, ChangedKeys changed) {
        try {
            Path file = reading.local().file();
            Outcome outcome = file == null
                    ? shared.put(reading.key(), reading.local().content())
                    : shared.putFile(reading.key(), file);
            if (outcome == Outcome.READ_ONLY) {
                changed.refuse(reading.key());
            }
            return outcome == Outcome.PENDING || outcome == Outcome.READ_ONLY;
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "A change here is not published: " + reading.key(), e);
            return false;
        }
    }

    /**
     * Compares all that is here.
     *
     * @param isMissing what counts as missing all the same
     * @return false if the configuration is locked by others for too long
     */
    boolean compareAll(Predicate<String> isMissing) {
        if (!gate.tryRead()) {
            return false;
        }
        Held held = new Held(isMissing);
        try {
            for (Part part : parts.all()) {
                compare(part, held);
            }
            return true;
        } catch (Impatient e) {
            return false;
        } finally {
            held.release();
        }
    }

    /** A family that cannot be told as a whole is not said to be complete: what is missing of it stays as it is. */
    private void compare(Part part, Held held) {
        try {
            part.snapshot(held);
            held.giveWay();
            shared.compared(part.prefixes());
        } catch (Impatient e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, "What is here cannot be compared with the cluster: " + part.prefixes(), e);
        }
    }

    /** Others held the lock for too long: the comparison is begun anew later. */
    private static final class Impatient extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Tells what is here, and lets others edit from time to time. */
    private final class Held implements Part.Snapshot {
        private final Predicate<String> isMissing;
        private long since = System.nanoTime();
        private boolean locked = true;

        Held(Predicate<String> isMissing) {
            this.isMissing = isMissing;
        }

        @Override
        public void object(String key, Content content) {
            if (!isMissing.test(key)) {
                shared.compare(key, content);
            }
            giveWay();
        }

        @Override
        public void file(String key, Path file) {
            release();
            try {
                shared.compareFile(key, file);
            } finally {
                take();
            }
        }

        private void giveWay() {
            if (System.nanoTime() - since > HOLD_MILLIS * 1_000_000) {
                release();
                take();
            }
        }

        private void take() {
            if (!gate.tryRead()) {
                throw new Impatient();
            }
            locked = true;
            since = System.nanoTime();
        }

        private void release() {
            if (locked) {
                locked = false;
                gate.unlock();
            }
        }
    }
}
