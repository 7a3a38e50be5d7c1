// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.opengis.wps10.ExecuteResponseType;
import org.geoserver.config.GeoServer;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.wps.ProcessDismissedException;
import org.geoserver.wps.ProcessEvent;
import org.geoserver.wps.ProcessListener;
import org.geoserver.wps.UnknownExecutionIdException;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.resource.WPSResourceManager;
import org.geotools.util.logging.Logging;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Runs executions, in the order of steps that GeoServer has: the status is saved before the request is stored, a
 * failure is saved before its response document is written, a success after it.
 */
public class WPSExecutionManager implements ApplicationContextAware, ApplicationListener<ApplicationEvent> {
    private static final Logger LOGGER = Logging.getLogger(WPSExecutionManager.class);

    private final WPSResourceManager resources;
    private final ProcessStatusTracker tracker;
    private final Map<String, ExecutionNotifier> local = new ConcurrentHashMap<>();
    private final Set<Thread> executions = ConcurrentHashMap.newKeySet();
    private ApplicationContext context;
    private List<ProcessListener> listeners;

    public WPSExecutionManager(GeoServer geoServer, WPSResourceManager resources, ProcessStatusTracker tracker) {
        this.resources = resources;
        this.tracker = tracker;
    }

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
        // GeoServer calls its tracker last, so that everything else has been done when a status changes
        this.listeners = GeoServerExtensions.extensions(ProcessListener.class, context);
        listeners.sort((left, right) ->
                Boolean.compare(left instanceof ProcessStatusTracker, right instanceof ProcessStatusTracker));
    }

    /** Starts a process; the answer is its outcome if synchronous, else that it was accepted. */
    public ExecuteResponseType submit(ExecuteRequest request, boolean synchronous) {
        String id = resources.getExecutionId(synchronous);
        ExecutionStatus status = new ExecutionStatus(request.getProcessName(), id, request.isAsynchronous());
        status.setRequest(request.getRequest());
        status.setExpirationDate(new java.util.Date(System.currentTimeMillis() + 300_000));
        status.setNextPoll(new java.util.Date());
        ExecutionNotifier notifier = new ExecutionNotifier(status, listeners);
        if (synchronous) {
            return execute(request, status, notifier);
        }
        try {
            resources.storeRequestObject(request.getRequest(), id);
        } catch (IOException e) {
            throw new WPSException("Failed to store the original request", e);
        }
        ExecuteResponseType accepted = new ExecuteResponseBuilder(request.getRequest(), context, status).build();
        // a thread of its own inherits the execution id of this one, as GeoServer's transfer of thread locals has it
        Thread execution = new Thread(() -> {
            local.put(id, notifier);
            try {
                execute(request, status, notifier);
            } finally {
                local.remove(id);
                resources.finished(id);
                executions.remove(Thread.currentThread());
            }
        });
        execution.setName("wps-" + id);
        execution.setDaemon(true);
        executions.add(execution);
        execution.start();
        return accepted;
    }

    private ExecuteResponseType execute(ExecuteRequest request, ExecutionStatus status, ExecutionNotifier notifier) {
        Map<String, Object> outputs = null;
        try {
            notifier.checkDismissed();
            ProcessManager manager = processManager(status);
            manager.submit(
                    status.getExecutionId(),
                    status.getProcessName(),
                    request.inputs(),
                    notifier,
                    status.isAsynchronous());
            notifier.checkDismissed();
            outputs = manager.getOutput(status.getExecutionId(), -1);
        } catch (ProcessDismissedException e) {
            LOGGER.fine(() -> status.getExecutionId() + " was dismissed");
        } catch (RuntimeException e) {
            if (status.getPhase() != ProcessState.DISMISSING) {
                LOGGER.log(Level.FINE, "Process execution failed", e);
                notifier.failed(e);
            }
        }
        ExecutionStatus outcome = new ExecutionStatus(status);
        outcome.setPhase(
                status.getPhase() == ProcessState.RUNNING ? ProcessState.SUCCEEDED : ProcessState.FAILED);
        ExecuteResponseBuilder builder = new ExecuteResponseBuilder(request.getRequest(), context, outcome);
        builder.setOutputs(outputs);
        ExecuteResponseType response = builder.build();
        if (status.isAsynchronous() && status.getPhase() != ProcessState.DISMISSING) {
            try (OutputStream out =
                    resources.getStoredResponse(status.getExecutionId()).out()) {
                out.write(response.toString().getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                notifier.failed(e);
            }
        }
        notifier.completed();
        return response;
    }

    private ProcessManager processManager(ExecutionStatus status) {
        return GeoServerExtensions.extensions(ProcessManager.class, context).stream()
                .filter(manager -> manager.canHandle(status.getProcessName()))
                .findFirst()
                .orElseThrow(() -> new WPSException("No ProcessManager for " + status.getProcessName()));
    }

    /** Cancels a process, with GeoServer's weakness: what neither runs here nor ran here ends in a null pointer. */
    public void cancel(String executionId) {
        ExecutionStatus status = tracker.getStatus(executionId);
        if (status == null) {
            throw new UnknownExecutionIdException(executionId);
        }
        if (status.getPhase() == ProcessState.RUNNING) {
            ExecutionNotifier notifier = local.get(executionId);
            if (notifier != null) {
                notifier.dismiss();
            } else {
                status.setPhase(ProcessState.DISMISSING);
                tracker.dismissing(new ProcessEvent(status, null));
            }
            status = tracker.getStatus(executionId);
            if (!status.getPhase().isExecutionCompleted()) {
                return;
            }
        }
        ProcessEvent event = new ProcessEvent(status, null);
        tracker.dismissed(event);
        resources.dismissed(event);
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ContextClosedEvent) {
            executions.forEach(Thread::interrupt);
        }
    }
}
