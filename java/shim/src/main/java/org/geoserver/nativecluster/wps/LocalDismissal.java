// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessManager;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.executor.WPSExecutionManager;
import org.geotools.util.logging.Logging;
import org.springframework.context.ApplicationContext;

/** Ends executions of this node, for requests to this node and on behalf of others. */
final class LocalDismissal {
    /** Most commands of other nodes that wait; the others are told that this node is busy. */
    private static final int MAX_WAITING = 100;

    private static final Logger LOGGER = Logging.getLogger(LocalDismissal.class);

    private final ClusterNode node;
    private final NativeStatusStore statuses;
    private final ApplicationContext context;

    /** One thread, which ends when there is nothing to do: GeoServer's code is not run on the thread of the events. */
    private final ThreadPoolExecutor commands;

    LocalDismissal(ClusterNode node, NativeStatusStore statuses, ApplicationContext context) {
        this.node = node;
        this.statuses = statuses;
        this.context = context;
        this.commands = new ThreadPoolExecutor(
                1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread created = new Thread(task, "gs-native-cluster-commands");
                    created.setDaemon(true);
                    return created;
                });
        commands.allowCoreThreadTimeOut(true);
        node.listen(this::onEvent);
    }

    /**
     * Ends an execution of this node as GeoServer does for one that runs, whatever it is at.
     *
     * @return false if it does not run here
     */
    boolean dismiss(String executionId) {
        LocalExecutions.Execution execution = statuses.executions().get(executionId);
        ExecutionStatus status = execution == null ? null : statuses.get(executionId);
        if (status == null || status.getPhase().isExecutionCompleted()) {
            return false;
        }
        boolean queued = status.getPhase() == ProcessState.QUEUED;
        if (queued) {
            // GeoServer drops the status of what waits and lets it run later; what runs it ends properly
            status.setPhase(ProcessState.RUNNING);
            statuses.save(status);
        }
        try {
            context.getBean(WPSExecutionManager.class).cancel(executionId);
        } catch (RuntimeException e) {
            // GeoServer reads the status again, and stumbles if the process has ended by then
            if (!execution.hasEnded()) {
                throw e;
            }
            LOGGER.log(Level.FINE, executionId + " ended while it was dismissed", e);
        }
        execution.dismiss();
        if (queued) {
            leaveQueue(executionId);
        }
        return true;
    }

    /** Takes an execution out of the queue of whatever would run it, so that GeoServer cleans up at once. */
    private void leaveQueue(String executionId) {
        for (ProcessManager manager : GeoServerExtensions.extensions(ProcessManager.class, context)) {
            manager.cancel(executionId);
        }
    }

    private void onEvent(Event event) {
        if (event instanceof Event.Status) {
            onStatus((Event.Status) event);
        } else if (event instanceof Event.Request) {
            Event.Request request = (Event.Request) event;
            if (Command.isForOthers(request.payload())) {
                return;
            }
            try {
                commands.execute(() -> answer(request));
            } catch (RejectedExecutionException e) {
                reply(request, new Command.Answer(Command.Outcome.FAILED, "the node has too many commands to do"));
            }
        }
    }

    /** Some other part of GeoServer, here or elsewhere, dismissed or removed what runs here. */
    private void onStatus(Event.Status event) {
        LocalExecutions.Execution execution = statuses.executions().get(event.executionId());
        boolean unwanted = event.removed() || StatusCodec.phase(event.phase()) == ProcessState.DISMISSING;
        if (execution != null && unwanted && execution.dismiss()) {
            try {
                commands.execute(() -> leaveQueue(event.executionId()));
            } catch (RejectedExecutionException e) {
                LOGGER.fine(() -> event.executionId() + " ends when its turn in the queue comes");
            }
        }
    }

    private void answer(Event.Request request) {
        reply(request, outcome(request));
    }

    private Command.Answer outcome(Event.Request request) {
        try {
            Command command = Command.decode(request.payload());
            if (!Command.DISMISS.equals(command.verb())) {
                return new Command.Answer(Command.Outcome.FAILED, "the node does not know " + command.verb());
            }
            return new Command.Answer(
                    dismiss(command.executionId()) ? Command.Outcome.DONE : Command.Outcome.NOT_RUNNING, null);
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "A command of member " + request.memberId() + " failed", e);
            return new Command.Answer(Command.Outcome.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void reply(Event.Request request, Command.Answer answer) {
        try {
            node.cluster().reply(request.requestId(), answer.encode());
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "A command of member " + request.memberId() + " was not answered", e);
        }
    }

    void close() {
        commands.shutdownNow();
    }
}
