// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import java.io.IOException;
import net.opengis.wps10.ExecuteResponseType;
import net.opengis.wps10.ExecuteType;
import org.geoserver.wps.executor.ExecuteResponseBuilder;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.executor.ProcessStatusTracker;
import org.geoserver.wps.executor.WPSExecutionManager;
import org.geoserver.wps.resource.WPSResourceManager;
import org.springframework.context.ApplicationContext;

/** Cancels a process of this node. */
public class Dismiss {
    private final WPSExecutionManager manager;
    private final ProcessStatusTracker tracker;
    private final WPSResourceManager resources;
    private final ApplicationContext context;

    public Dismiss(
            WPSExecutionManager manager,
            ProcessStatusTracker tracker,
            WPSResourceManager resources,
            ApplicationContext context) {
        this.manager = manager;
        this.tracker = tracker;
        this.resources = resources;
        this.context = context;
    }

    public ExecuteResponseType run(DismissType request) {
        String id = request.getExecutionId();
        ExecutionStatus status = tracker.getStatus(id);
        if (status == null || status.getPhase() == ProcessState.DISMISSING) {
            throw new UnknownExecutionIdException(id);
        }
        manager.cancel(id);
        ExecutionStatus cancelled = new ExecutionStatus(status);
        cancelled.setException(new WPSException("The process execution has been dismissed"));
        try {
            ExecuteType execute =
                    status.getRequest() != null ? status.getRequest() : resources.getStoredRequestObject(id);
            if (execute == null) {
                throw new WPSException("Could not locate the original request for execution id: " + id);
            }
            return new ExecuteResponseBuilder(execute, context, cancelled).build();
        } catch (IOException e) {
            throw new WPSException("Failed to write status response", e);
        }
    }
}
