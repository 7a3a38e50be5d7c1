// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.Date;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.feature.NameImpl;

/** Statuses for tests. */
final class Statuses {
    private Statuses() {}

    static ExecutionStatus of(String id, ProcessState phase) {
        ExecutionStatus status = new ExecutionStatus(new NameImpl("JTS", "buffer"), id, true);
        status.setPhase(phase);
        return status;
    }

    /** One with a value in each field. */
    static ExecutionStatus full() {
        ExecutionStatus status = of("id-1", ProcessState.RUNNING);
        status.setProgress(33.25f);
        status.setUserName("Zoë");
        status.setTask("tâche 𝄞");
        status.setCreationTime(new Date(1));
        status.setCompletionTime(new Date(2));
        status.setLastUpdated(new Date(3));
        status.setExpirationDate(new Date(4));
        status.setEstimatedCompletion(new Date(5));
        status.setNextPoll(new Date(-6));
        return status;
    }
}
