// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.opengis.wps10.ExecuteResponseType;
import net.opengis.wps10.ExecuteType;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.ows.AbstractDispatcherCallback;
import org.geoserver.ows.Request;
import org.geoserver.platform.Operation;
import org.geoserver.platform.Service;
import org.geoserver.wps.DismissType;
import org.geoserver.wps.UnknownExecutionIdException;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecuteResponseBuilder;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.resource.WPSResourceManager;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/**
 * Answers the WPS request Dismiss for the executions of all nodes. GeoServer's own answer fails for what this node did
 * not run, and for what waits in a queue; so the operation is replaced before it is executed.
 */
public final class ClusterDismiss extends AbstractDispatcherCallback
        implements ApplicationContextAware, DisposableBean {
    /** How long to wait until the node that executes has ended it. */
    static final long OWNER_MILLIS = 3_000;

    private static final Logger LOGGER = Logging.getLogger(ClusterDismiss.class);

    private final ClusterNode node;
    private final NativeStatusStore statuses;
    private final ClusterArtifactsStore artifacts;
    private final Method method;
    private ApplicationContext context;
    private LocalDismissal local;

    public ClusterDismiss(ClusterNode node, NativeStatusStore statuses, ClusterArtifactsStore artifacts) {
        this.node = node;
        this.statuses = statuses;
        this.artifacts = artifacts;
        try {
            this.method = ClusterDismiss.class.getMethod("dismiss", DismissType.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
        this.local = new LocalDismissal(node, statuses, context);
    }

    @Override
    public Operation operationDispatched(Request request, Operation operation) {
        Service service = operation.getService();
        boolean ours = node.cluster() != null
                && "wps".equalsIgnoreCase(service.getId())
                && "Dismiss".equalsIgnoreCase(operation.getId())
                && operation.getParameters().length == 1
                && operation.getParameters()[0] instanceof DismissType;
        if (!ours) {
            return operation;
        }
        Service replaced = new Service(
                service.getId(), service.getNamespace(), this, service.getVersion(), service.getOperations());
        replaced.setCustomCapabilitiesLink(service.getCustomCapabilitiesLink());
        return new Operation(operation.getId(), replaced, method, operation.getParameters());
    }

    /**
     * Ends an execution wherever it is, or removes one that has ended, and answers as GeoServer does.
     *
     * @throws UnknownExecutionIdException if there is none, or it was dismissed before
     */
    public ExecuteResponseType dismiss(DismissType request) {
        String id = request.getExecutionId();
        StatusRecord record = statuses.record(id);
        if (record == null || record.status().getPhase() == ProcessState.DISMISSING) {
            throw new UnknownExecutionIdException(id);
        }
        // the answer names the request, which is removed with the execution
        ExecuteType execute = request(record.status());
        String answer = end(record);
        if (execute == null) {
            throw new WPSException("Could not locate the original request for execution id: " + id);
        }
        ExecutionStatus dismissed = new ExecutionStatus(record.status());
        dismissed.setException(new WPSException(answer));
        return new ExecuteResponseBuilder(execute, context, dismissed).build();
    }

    private ExecuteType request(ExecutionStatus status) {
        if (status.getRequest() != null) {
            return status.getRequest();
        }
        try {
            return context.getBean(WPSResourceManager.class).getStoredRequestObject(status.getExecutionId());
        } catch (IOException | WPSException e) {
            LOGGER.log(Level.FINE, "The request of " + status.getExecutionId() + " cannot be read", e);
            return null;
        }
    }

    private String end(StatusRecord record) {
        String id = record.status().getExecutionId();
        String done = "The process execution has been dismissed";
        if (record.status().getPhase().isExecutionCompleted()) {
            remove(id);
            return done;
        }
        if (local.dismiss(id)) {
            return done;
        }
        if (!node.isUp(record.ownerId()) || node.memberId().equals(record.ownerId())) {
            remove(id);
            return done;
        }
        byte[] reply = ask(record.ownerId(), new Command(Command.DISMISS, id));
        if (reply == null) {
            return ownerIsSilent(record, done);
        }
        Command.Answer answer = Command.Answer.decode(reply);
        switch (answer.outcome()) {
            case DONE:
                return done;
            case NOT_RUNNING:
                remove(id);
                return done;
            default:
                throw new WPSException("Node " + record.status().getNodeId() + " could not dismiss the execution: "
                        + answer.detail());
        }
    }

    private byte[] ask(String memberId, Command command) {
        try {
            return node.cluster().request(memberId, command.encode(), OWNER_MILLIS);
        } catch (ClusterException e) {
            LOGGER.log(Level.FINE, "Member " + memberId + " cannot be asked", e);
            return null;
        }
    }

    /** The node may be paused or cut off: it finds the phase when it is back, and ends the process then. */
    private String ownerIsSilent(StatusRecord record, String done) {
        ExecutionStatus status = new ExecutionStatus(record.status());
        String id = status.getExecutionId();
        if (!node.isUp(record.ownerId())) {
            remove(id);
            return done;
        }
        status.setPhase(ProcessState.DISMISSING);
        try {
            statuses.save(status);
        } catch (WPSException e) {
            // it ended in the meantime
            remove(id);
            return done;
        }
        String pending = done + "; node " + status.getNodeId() + ", which runs it, has not confirmed within "
                + OWNER_MILLIS / 1000 + " s and ends it as soon as it can";
        LOGGER.warning(id + ": " + pending);
        return pending;
    }

    /** Removes an execution that does not run; the other nodes remove its files when they hear of it. */
    private void remove(String executionId) {
        statuses.remove(executionId);
        artifacts.discard(executionId);
    }

    @Override
    public void destroy() {
        local.close();
    }
}
