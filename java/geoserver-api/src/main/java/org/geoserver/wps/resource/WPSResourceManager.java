// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.resource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import net.opengis.wps10.ExecuteType;
import org.geoserver.ows.Request;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.resource.Resource;
import org.geoserver.wps.ProcessEvent;
import org.geoserver.wps.ProcessListenerAdapter;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessStatusTracker;
import org.geoserver.wps.resource.ProcessArtifactsStore.ArtifactType;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/** Gives out execution ids and the files that belong to them. */
public class WPSResourceManager extends ProcessListenerAdapter implements ApplicationContextAware {
    private final ThreadLocal<String> current = new InheritableThreadLocal<>();
    private final Set<String> ownIds = ConcurrentHashMap.newKeySet();
    private ProcessArtifactsStore artifacts;

    public WPSResourceManager(GeoServerResourceLoader loader) {}

    @Override
    public void setApplicationContext(ApplicationContext context) {
        ProcessArtifactsStore bean = GeoServerExtensions.bean(ProcessArtifactsStore.class);
        artifacts = bean != null ? bean : new DefaultProcessArtifactsStore();
    }

    public ProcessArtifactsStore getArtifactsStore() {
        return artifacts;
    }

    /** The id of the execution that this thread works for; a new one if there is none. */
    public String getExecutionId(Boolean synchronous) {
        if (current.get() == null) {
            current.set(UUID.randomUUID().toString());
            ownIds.add(current.get());
        }
        return current.get();
    }

    public String getCurrentExecutionId() {
        return current.get();
    }

    /** Called when an execution has ended, on its thread. */
    public void finished(String executionId) {
        current.remove();
    }

    /** Called by the dispatcher when a request is done: this thread no longer works for the execution. */
    public void finished(Request request) {
        current.remove();
    }

    public Resource getOutputResource(String executionId, String fileName) {
        return artifacts.getArtifact(
                executionId == null ? getExecutionId((Boolean) null) : executionId, ArtifactType.Output, fileName);
    }

    public Resource getStoredResponse(String executionId) {
        return artifacts.getArtifact(executionId, ArtifactType.Response, null);
    }

    public Resource getStoredRequest(String executionId) {
        return artifacts.getArtifact(executionId, ArtifactType.Request, null);
    }

    public ExecuteType getStoredRequestObject(String executionId) throws IOException {
        Resource stored = getStoredRequest(executionId);
        if (stored == null || stored.getType() == Resource.Type.UNDEFINED) {
            return null;
        }
        try (InputStream in = stored.in()) {
            String xml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            if (!xml.contains("<wps:Execute")) {
                throw new WPSException("Could not parse the stored WPS request");
            }
            return new ExecuteType() {
                @Override
                public String toString() {
                    return xml;
                }
            };
        }
    }

    public void storeRequestObject(ExecuteType execute, String executionId) throws IOException {
        try (OutputStream out = getStoredRequest(executionId).out()) {
            out.write(execute.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    public void cleanExpiredResources(long expirationThreshold, ProcessStatusTracker tracker) {
        for (Resource folder : artifacts.listExecutionResourcess()) {
            ExecutionStatus status = tracker.getStatus(folder.name());
            if ((status == null || status.getPhase().isExecutionCompleted())
                    && folder.lastmodified() < expirationThreshold) {
                folder.delete();
            }
        }
    }

    /** As GeoServer's, ends in a null pointer for an id that this manager did not give out. */
    @Override
    public void dismissed(ProcessEvent event) {
        String id = event.getStatus().getExecutionId();
        if (!ownIds.contains(id)) {
            throw new NullPointerException("no resources are known for " + id);
        }
        try {
            artifacts.clearArtifacts(id);
        } catch (IOException e) {
            throw new WPSException("Failed to clear the process artifacts", e);
        }
    }
}
