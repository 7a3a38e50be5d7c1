// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;

/**
 * The executions that run, or wait to run, on this node: from the first save of their status to the save of its last
 * phase. GeoServer's tracker takes for granted that it can read their status at any time.
 */
final class LocalExecutions {
    private final Map<String, Execution> executions = new ConcurrentHashMap<>();

    Execution get(String executionId) {
        return executions.get(executionId);
    }

    boolean contains(String executionId) {
        return executions.containsKey(executionId);
    }

    /** Takes in an execution by the status that GeoServer holds while it runs. */
    Execution begin(ExecutionStatus live) {
        return executions.computeIfAbsent(live.getExecutionId(), id -> new Execution(live));
    }

    void end(String executionId) {
        executions.remove(executionId);
    }

    void forEach(Consumer<Execution> action) {
        executions.values().forEach(action);
    }

    /** One execution. */
    static final class Execution {
        /** The instance that GeoServer's executor and its progress listener share: it is how a process is stopped. */
        private final ExecutionStatus live;

        private volatile ExecutionStatus saved;
        private volatile boolean waiting;

        private Execution(ExecutionStatus live) {
            this.live = live;
            this.saved = new ExecutionStatus(live);
        }

        void saved(ExecutionStatus status) {
            saved = new ExecutionStatus(status);
        }

        /** A copy of what was saved last. */
        ExecutionStatus lastSaved() {
            return new ExecutionStatus(saved);
        }

        /** What a status reads that was removed while its process runs: GeoServer then ends the process. */
        ExecutionStatus dismissing() {
            ExecutionStatus status = lastSaved();
            status.setPhase(ProcessState.DISMISSING);
            return status;
        }

        ProcessState savedPhase() {
            return saved.getPhase();
        }

        boolean hasEnded() {
            return live.getPhase().isExecutionCompleted();
        }

        void restoreRequest(ExecutionStatus status) {
            status.setRequest(live.getRequest());
        }

        /**
         * Makes the process end at its next sign of life.
         *
         * @return true if it has not given any yet: it may wait in a queue, from where it can be cancelled
         */
        boolean dismiss() {
            ProcessState phase = live.getPhase();
            if (phase == ProcessState.QUEUED || phase == ProcessState.RUNNING) {
                waiting = phase == ProcessState.QUEUED;
                live.setPhase(ProcessState.DISMISSING);
            }
            return waiting;
        }
    }
}
