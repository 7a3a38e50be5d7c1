// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import java.io.IOException;
import net.opengis.wps10.ExecuteType;
import org.geoserver.platform.resource.Resource;
import org.geoserver.wps.executor.ExecuteResponseBuilder;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.executor.ProcessStatusTracker;
import org.geoserver.wps.resource.WPSResourceManager;
import org.springframework.context.ApplicationContext;

/** Answers for the status of a process: its stored response when it is done, a fresh document otherwise. */
public class GetStatus {
    private final ProcessStatusTracker tracker;
    private final WPSResourceManager resources;
    private final ApplicationContext context;

    public GetStatus(ProcessStatusTracker tracker, WPSResourceManager resources, ApplicationContext context) {
        this.tracker = tracker;
        this.resources = resources;
        this.context = context;
    }

    public Object run(GetExecutionStatusType request) {
        String id = request.getExecutionId();
        ExecutionStatus status = tracker.getStatus(id);
        if (status == null || status.getPhase() == ProcessState.DISMISSING) {
            throw new UnknownExecutionIdException(id);
        }
        if (status.getPhase().isExecutionCompleted()) {
            Resource response = resources.getStoredResponse(id);
            if (response == null || response.getType() == Resource.Type.UNDEFINED) {
                throw new WPSException("The execution is completed with status " + status.getPhase()
                        + " and yet the response cannot be located on disk");
            }
            return response;
        }
        try {
            ExecuteType execute =
                    status.getRequest() != null ? status.getRequest() : resources.getStoredRequestObject(id);
            if (execute == null) {
                throw new WPSException("Could not locate the original request for execution id: " + id);
            }
            return new ExecuteResponseBuilder(execute, context, status).build();
        } catch (IOException e) {
            throw new WPSException("Failed to write status response", e);
        }
    }
}
