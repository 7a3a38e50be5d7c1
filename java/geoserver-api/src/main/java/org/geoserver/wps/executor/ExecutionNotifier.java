// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.util.List;
import java.util.function.BiConsumer;
import org.geoserver.wps.ProcessDismissedException;
import org.geoserver.wps.ProcessEvent;
import org.geoserver.wps.ProcessListener;
import org.geotools.data.util.NullProgressListener;
import org.geotools.api.util.InternationalString;

/** Tells the listeners what happens to one execution, and the process whether it was dismissed. */
final class ExecutionNotifier extends NullProgressListener {
    private final ExecutionStatus status;
    private final List<ProcessListener> listeners;

    ExecutionNotifier(ExecutionStatus status, List<ProcessListener> listeners) {
        this.status = status;
        this.listeners = listeners;
        fire(ProcessListener::submitted);
    }

    private void fire(BiConsumer<ProcessListener, ProcessEvent> call) {
        ProcessEvent event = new ProcessEvent(status, null);
        listeners.forEach(listener -> call.accept(listener, event));
    }

    void checkDismissed() {
        if (isCanceled()) {
            throw new ProcessDismissedException();
        }
    }

    void dismiss() {
        status.phase = ProcessState.DISMISSING;
        fire(ProcessListener::dismissing);
    }

    void failed(Throwable cause) {
        status.setException(cause);
        fire(ProcessListener::failed);
    }

    /** The end: succeeded if it was running, dismissed if that was wanted, else failed. */
    void completed() {
        if (status.getPhase() == ProcessState.RUNNING) {
            status.setPhase(ProcessState.SUCCEEDED);
            status.setProgress(100);
            status.setTask(null);
            fire(ProcessListener::succeeded);
        } else if (status.getPhase() == ProcessState.DISMISSING) {
            status.phase = ProcessState.FAILED;
            fire(ProcessListener::dismissed);
        } else {
            status.setPhase(ProcessState.FAILED);
            fire(ProcessListener::failed);
        }
    }

    @Override
    public void setTask(InternationalString task) {
        checkDismissed();
        status.setTask(task.toString());
    }

    @Override
    public void progress(float percent) {
        checkDismissed();
        if (status.getPhase() == ProcessState.QUEUED) {
            status.setPhase(ProcessState.RUNNING);
        }
        status.setProgress(percent);
        fire(ProcessListener::progress);
    }

    @Override
    public boolean isCanceled() {
        return status.getPhase() == ProcessState.DISMISSING;
    }
}
