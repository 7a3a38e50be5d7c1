// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

/** The phases of a process. */
public enum ProcessState {
    QUEUED(false),
    RUNNING(false, QUEUED),
    SUCCEEDED(true, RUNNING),
    DISMISSING(false, QUEUED, RUNNING),
    FAILED(true, QUEUED, RUNNING, DISMISSING);

    private final boolean completed;
    private final java.util.List<ProcessState> predecessors;

    ProcessState(boolean completed, ProcessState... predecessors) {
        this.completed = completed;
        this.predecessors = java.util.List.of(predecessors);
    }

    public boolean isExecutionCompleted() {
        return completed;
    }

    /** True if a process may go from that phase to this one; it may always stay. */
    public boolean isValidSuccessor(ProcessState predecessor) {
        return predecessor == this || predecessors.contains(predecessor);
    }
}
