// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.wps.resource.ProcessArtifactsStore.ArtifactType;
import org.geotools.util.logging.Logging;

/**
 * Keeps copies of the request and response documents of other nodes' executions, so that they can be read when their
 * node is gone; and removes the files of executions that are removed. On one thread in the background.
 */
final class ArtifactKeeper {
    /** Most tasks that wait. More are dropped: a document is then fetched when it is asked for. */
    static final int MAX_WAITING = 1_000;

    private static final int MAX_SEEN = 4_000;

    /** When to try again for a document that was not complete, in milliseconds. */
    private static final long[] RETRIES = {200, 1_000, 5_000};

    private static final Logger LOGGER = Logging.getLogger(ArtifactKeeper.class);

    private final ClusterNode node;
    private final NativeStatusStore statuses;
    private final ArtifactFetcher fetcher;
    private final ClusterArtifactsStore store;
    private final ScheduledThreadPoolExecutor thread;

    /** The documents that were tried last, so that each progress of a process does not ask for them again. */
    private final Set<ArtifactPath> seen = Collections.synchronizedSet(
            Collections.newSetFromMap(new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ArtifactPath, Boolean> eldest) {
                    return size() > MAX_SEEN;
                }
            }));

    ArtifactKeeper(
            ClusterNode node, NativeStatusStore statuses, ArtifactFetcher fetcher, ClusterArtifactsStore store) {
        this.node = node;
        this.statuses = statuses;
        this.fetcher = fetcher;
        this.store = store;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "gs-native-cluster-artifacts");
            created.setDaemon(true);
            return created;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void onStatus(Event.Status event) {
        String id = event.executionId();
        if (event.removed()) {
            schedule(() -> store.discard(id), 0);
        } else if (!event.local() && !statuses.executions().contains(id)) {
            keep(ArtifactPath.of(id, ArtifactType.Request, null));
            if (StatusCodec.phase(event.phase()).isExecutionCompleted()) {
                keep(ArtifactPath.of(id, ArtifactType.Response, null));
            }
        }
    }

    private void keep(ArtifactPath path) {
        if (path != null && fetcher.root() != null && seen.add(path) && !attempt(path, 0)) {
            seen.remove(path);
        }
    }

    private boolean attempt(ArtifactPath path, int number) {
        return schedule(
                () -> {
                    if (!fetched(path) && number < RETRIES.length) {
                        attempt(path, number + 1);
                    }
                },
                number == 0 ? 0 : RETRIES[number - 1]);
    }

    /** True if there is no more to do. */
    private boolean fetched(ArtifactPath path) {
        Cluster cluster = node.cluster();
        byte[] bytes = cluster == null ? null : cluster.statusGet(path.executionId(), 0);
        if (bytes == null) {
            return true;
        }
        StatusRecord record = StatusCodec.decode(bytes);
        // the answer to a synchronous execution went to its client
        return !record.status().isAsynchronous() || fetcher.fetch(path, record.ownerId());
    }

    private boolean schedule(Runnable task, long delayMillis) {
        if (thread.isShutdown() || thread.getQueue().size() >= MAX_WAITING) {
            LOGGER.fine("Too many documents to copy from other nodes; the rest is fetched on demand");
            return false;
        }
        thread.schedule(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOGGER.log(Level.FINE, "A document of another node could not be copied", e);
                    }
                },
                delayMillis,
                TimeUnit.MILLISECONDS);
        return true;
    }

    void close() {
        thread.shutdownNow();
    }
}
