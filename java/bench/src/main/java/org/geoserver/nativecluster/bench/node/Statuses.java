// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Date;
import java.util.UUID;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.feature.NameImpl;

/** The statuses that all contenders are given, by their number. */
public final class Statuses {
    /** How many lie in the map while it is measured. */
    public static final int COUNT = 10_000;

    /** How many of them run. */
    public static final int RUNNING = COUNT / 10;

    /** How many of them wait. */
    public static final int QUEUED = COUNT / 100;

    private static final long START = 1_700_000_000_000L;
    private static final long SECOND = 1_000;

    /** Has no divisor in common with the count: the order of creation is not that of the numbers. */
    private static final long STRIDE = 7_919;

    private static final String TASK = "Clipping";

    private Statuses() {}

    static String id(int number) {
        return new UUID(STRIDE * STRIDE * STRIDE * (number + 1L), ~number * STRIDE).toString();
    }

    /** One in ten runs, one in a hundred waits, the others have succeeded. */
    static ProcessState phase(int number) {
        if (number % 10 == 0) {
            return ProcessState.RUNNING;
        }
        return number % 100 == 1 ? ProcessState.QUEUED : ProcessState.SUCCEEDED;
    }

    static ExecutionStatus of(int number) {
        return of(number, phase(number));
    }

    static ExecutionStatus of(int number, ProcessState phase) {
        ExecutionStatus status = new ExecutionStatus(new NameImpl("gs", "CropCoverage"), id(number), true);
        long created = START + number * STRIDE % COUNT * SECOND;
        status.setUserName("user-" + number % 50);
        status.setTask(TASK);
        status.setCreationTime(new Date(created));
        status.setLastUpdated(new Date(created + SECOND));
        status.setExpirationDate(new Date(created + 3600 * SECOND));
        if (phase == ProcessState.SUCCEEDED) {
            status.setProgress(100);
            status.setCompletionTime(new Date(created + 50 * SECOND));
        } else {
            status.setEstimatedCompletion(new Date(created + 60 * SECOND));
            status.setNextPoll(new Date(created + 2 * SECOND));
        }
        status.setPhase(phase);
        return status;
    }

    /** Bytes of one of them as Java serialises it, which is what Hazelcast keeps and sends. */
    public static int serialisedSize() {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(of(2));
            out.flush();
            return bytes.size();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
