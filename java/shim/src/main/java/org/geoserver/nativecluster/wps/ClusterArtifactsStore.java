// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.platform.resource.Resource;
import org.geoserver.platform.resource.ResourceStore;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.resource.DefaultProcessArtifactsStore;
import org.geoserver.wps.resource.WPSResourceManager;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/**
 * The files of all nodes' executions: what is not here is fetched from the node that has it. A subclass of GeoServer's
 * own store, because its initialiser tells only these where the files belong.
 */
public final class ClusterArtifactsStore extends DefaultProcessArtifactsStore
        implements ApplicationContextAware, DisposableBean {
    /** GeoServer says that a process failed before it writes the response: so long to wait for it. */
    private static final long RESPONSE_MILLIS = 2_000;

    private static final long RETRY_MILLIS = 50;

    private static final Logger LOGGER = Logging.getLogger(ClusterArtifactsStore.class);

    private final ClusterNode node;
    private final NativeStatusStore statuses;
    private final ArtifactFetcher fetcher;
    private final ArtifactKeeper keeper;
    private ApplicationContext context;
    private WPSResourceManager resources;

    public ClusterArtifactsStore(ClusterNode node, NativeStatusStore statuses) {
        this.node = node;
        this.statuses = statuses;
        this.fetcher = new ArtifactFetcher(node);
        this.keeper = new ArtifactKeeper(node, statuses, fetcher, this);
        node.listen(event -> {
            if (event instanceof Event.Status) {
                keeper.onStatus((Event.Status) event);
            }
        });
    }

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void setResourceStore(ResourceStore store) {
        super.setResourceStore(store);
        fetcher.setRoot(store.get("").dir().toPath());
    }

    @Override
    public Resource getArtifact(String executionId, ArtifactType type, String name) {
        Resource here = super.getArtifact(executionId, type, name);
        if (node.cluster() == null || fetcher.root() == null) {
            return here;
        }
        ArtifactPath path = ArtifactPath.of(executionId, type, name);
        if (path == null || isExecutedHere(executionId) || fetcher.has(path)) {
            return here;
        }
        StatusRecord record = statuses.record(executionId);
        if (record == null) {
            return here;
        }
        return switch (type) {
            case Request -> request(here, path, record);
            case Response -> response(here, path, record);
            default -> output(here, path, record);
        };
    }

    /**
     * Files of what runs on this node are just being written; they are never fetched. The thread that runs it writes
     * the response after the end.
     */
    private boolean isExecutedHere(String executionId) {
        LocalExecutions.Execution execution = statuses.executions().get(executionId);
        return execution != null && !execution.hasEnded()
                || executionId.equals(resources().getCurrentExecutionId());
    }

    private WPSResourceManager resources() {
        if (resources == null) {
            resources = context.getBean(WPSResourceManager.class);
        }
        return resources;
    }

    /** A request that nobody has: synchronous processes have none, and those of a dead node may be lost. */
    private Resource request(Resource here, ArtifactPath path, StatusRecord record) {
        boolean found = false;
        try {
            found = record.status().isAsynchronous() && fetcher.fetch(path, record.ownerId());
        } catch (RuntimeException e) {
            LOGGER.log(Level.FINE, "The request of " + path.executionId() + " could not be fetched", e);
        }
        return found
                ? here
                : new DocumentResource(here, Documents.execute(record.status().getProcessName()));
    }

    private Resource response(Resource here, ArtifactPath path, StatusRecord record) {
        ExecutionStatus status = record.status();
        if (!status.getPhase().isExecutionCompleted()) {
            return here;
        }
        boolean own = node.memberId().equals(record.ownerId());
        boolean mayCome = status.getPhase() == ProcessState.FAILED
                && status.isAsynchronous()
                && !record.presumed()
                && node.isUp(record.ownerId());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mayCome ? RESPONSE_MILLIS : 0);
        RuntimeException problem = null;
        do {
            try {
                if (own ? fetcher.has(path) : fetcher.fetch(path, record.ownerId())) {
                    return here;
                }
            } catch (RuntimeException e) {
                problem = e;
            }
        } while (deadline - System.nanoTime() > 0 && pause());
        if (status.getPhase() == ProcessState.FAILED) {
            return new DocumentResource(here, Documents.failed(status, status.getException()));
        }
        if (problem != null || status.isAsynchronous() && !node.isUp(record.ownerId())) {
            return new DocumentResource(here, Documents.failed(status, lost(status, problem)));
        }
        return here;
    }

    private static boolean pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static WPSException lost(ExecutionStatus status, RuntimeException problem) {
        return new WPSException(
                "The process succeeded on node " + status.getNodeId()
                        + ", which has its response and cannot be reached; ask again when it is back",
                problem);
    }

    private Resource output(Resource here, ArtifactPath path, StatusRecord record) {
        ExecutionStatus status = record.status();
        if (!status.getPhase().isExecutionCompleted()) {
            return here;
        }
        String output = "Output " + here.name() + " of execution " + path.executionId();
        boolean found;
        try {
            found = fetcher.fetch(path, record.ownerId());
        } catch (RuntimeException e) {
            throw new WPSException(output + " could not be fetched from node " + status.getNodeId(), e);
        }
        if (!found && status.getPhase() == ProcessState.SUCCEEDED && !node.isUp(record.ownerId())) {
            throw new WPSException(output + " is on none of the nodes that can be reached; node " + status.getNodeId()
                    + ", which made it, may have it when it is back");
        }
        return here;
    }

    /** Removes the files that this node has of an execution that was removed, unless it still runs here. */
    void discard(String executionId) {
        if (ArtifactPath.isId(executionId)
                && fetcher.root() != null
                && !statuses.executions().contains(executionId)
                && fetcher.root().resolve(executionId).toFile().isDirectory()) {
            try {
                clearArtifacts(executionId);
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, "The files of " + executionId + " could not be removed", e);
            }
        }
    }

    @Override
    public void destroy() {
        keeper.close();
    }
}
