// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.util.Date;
import java.util.Random;
import java.util.UUID;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.feature.type.Name;
import org.geotools.feature.NameImpl;
import org.geotools.process.ProcessException;

/** Statuses whose values often coincide, so that filters match and sorts have ties. */
final class RandomStatuses {
    static final String[] USERS = {"anna", "Anna", "bert", "zoë", "𝄞", "\uffff", "", "admin"};
    static final String[] TASKS = {"Writing outputs", "writing outputs", "50", "null", "true", "Z"};
    static final Name[] NAMES = {
        new NameImpl("JTS", "buffer"),
        new NameImpl("JTS", "area"),
        new NameImpl("JTS-x", "area"),
        new NameImpl("gs", "Import"),
        new NameImpl("plain"),
        new NameImpl("http://a/", "/", "b")
    };
    private static final long START = 1_700_000_000_000L;

    private final Random random;

    RandomStatuses(Random random) {
        this.random = random;
    }

    ExecutionStatus next() {
        String id = new UUID(random.nextLong(), random.nextLong()).toString();
        ExecutionStatus status = new ExecutionStatus(pick(NAMES), id, random.nextBoolean());
        status.setCreationTime(date());
        change(status);
        status.setPhase(pick(ProcessState.values()));
        return status;
    }

    /** Changes some values, and often the phase, to one that may follow or not. */
    void change(ExecutionStatus status) {
        status.setProgress(random.nextInt(5) * 25 + (random.nextBoolean() ? 0 : 0.5f));
        status.setTask(orNull(pick(TASKS)));
        status.setUserName(orNull(pick(USERS)));
        status.setLastUpdated(orNull(date()));
        status.setExpirationDate(orNull(date()));
        status.setEstimatedCompletion(orNull(date()));
        status.setNextPoll(orNull(date()));
        status.setCompletionTime(orNull(date()));
        if (random.nextInt(3) == 0) {
            status.setPhase(pick(ProcessState.values()));
        }
        if (status.getPhase() == ProcessState.FAILED && random.nextBoolean()) {
            status.setException(
                    random.nextBoolean()
                            ? new WPSException("failed", "Code", "locator")
                            : new ProcessException("failed", new IllegalStateException("why")));
        }
    }

    /** Few days, hours and milliseconds, so that some are equal and some differ by less than a second. */
    private Date date() {
        return new Date(START + random.nextInt(3) * 86_400_000L + random.nextInt(3) * 3_600_000L + random.nextInt(3));
    }

    private <T> T orNull(T value) {
        return random.nextInt(4) == 0 ? null : value;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
