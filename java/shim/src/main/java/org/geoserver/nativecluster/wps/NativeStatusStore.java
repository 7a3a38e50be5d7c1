// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.SaveResult;
import org.geoserver.nativecluster.nativelib.SaveResult.Outcome;
import org.geoserver.wps.MemoryProcessStatusStore;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.geotools.util.logging.Logging;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;

/**
 * The statuses of all nodes' processes. What it gives out are copies. Results equal those of GeoServer's store in
 * memory, but for what only a cluster has: a removed status stays removed, even if some node still saves it. Without a
 * cluster it is GeoServer's store in memory.
 */
public final class NativeStatusStore implements ProcessStatusStore, GenericApplicationListener {
    /** How long a save waits for the other members to confirm a new status or phase. */
    static final long CONFIRM_MILLIS = 2_000;

    /** How long to ask the other members for a status that is not here. */
    static final long ASK_MILLIS = 500;

    private static final Logger LOGGER = Logging.getLogger(NativeStatusStore.class);

    private final ClusterNode node;
    private final LocalExecutions executions = new LocalExecutions();
    private final ProcessStatusStore memory = new MemoryProcessStatusStore();
    private volatile boolean stopping;

    public NativeStatusStore(ClusterNode node) {
        this.node = node;
    }

    LocalExecutions executions() {
        return executions;
    }

    @Override
    public void save(ExecutionStatus status) {
        if (node.cluster() == null) {
            memory.save(status);
        } else if (!stopping) {
            write(status);
        }
    }

    private void write(ExecutionStatus status) {
        try {
            save(node.cluster(), status);
        } catch (ClusterException | IllegalStateException e) {
            unavailable(e, "saved", status.getExecutionId());
        }
    }

    private void save(Cluster cluster, ExecutionStatus status) {
        String id = status.getExecutionId();
        LocalExecutions.Execution local = executions.get(id);
        boolean changed = local == null || local.savedPhase() != status.getPhase();
        String owner = node.memberId();
        if (local == null) {
            byte[] known = cluster.statusGet(id, 0);
            if (known != null) {
                owner = StatusCodec.decode(known).ownerId();
            } else if (isPending(status)) {
                local = executions.begin(status);
            }
        }
        SaveResult result = cluster.statusSave(StatusCodec.encode(status, owner), changed, CONFIRM_MILLIS);
        if (result.outcome() == Outcome.REFUSED) {
            refused(status, StatusCodec.phase(result.previousPhase()), local);
            return;
        }
        if (result.outcome() == Outcome.UNCONFIRMED) {
            LOGGER.fine(() -> "Some member has not confirmed " + status.getPhase() + " of " + id + " in time");
        }
        if (local != null) {
            local.saved(status);
        }
        if (status.getPhase().isExecutionCompleted()) {
            executions.end(id);
        }
    }

    private static void refused(
            ExecutionStatus status, ProcessState previous, LocalExecutions.Execution local) {
        boolean dismissedMeanwhile = previous == ProcessState.DISMISSING
                && local != null
                && local.savedPhase() != ProcessState.DISMISSING
                && isPending(status);
        if (!dismissedMeanwhile) {
            throw new WPSException("Cannot switch process status from " + previous + " to " + status.getPhase());
        }
        // another node dismissed it after GeoServer's tracker had looked
        local.dismiss();
    }

    private static boolean isPending(ExecutionStatus status) {
        return switch (status.getPhase()) {
            case QUEUED, RUNNING -> true;
            default -> false;
        };
    }

    @Override
    public ExecutionStatus get(String executionId) {
        Cluster cluster = node.cluster();
        if (cluster == null) {
            return memory.get(executionId);
        }
        StatusRecord found = record(executionId);
        return found == null ? null : found.status();
    }

    /** The status with its owner, as {@link #get}; the owner of a local execution is this node. */
    StatusRecord record(String executionId) {
        LocalExecutions.Execution local = executions.get(executionId);
        byte[] record;
        try {
            record = node.cluster().statusGet(executionId, local == null ? ASK_MILLIS : 0);
        } catch (ClusterException | IllegalStateException e) {
            unavailable(e, "read", executionId);
            return local == null ? null : new StatusRecord(local.lastSaved(), node.memberId(), false);
        }
        if (local == null) {
            return record == null ? null : StatusCodec.decode(record);
        }
        if (record == null) {
            return new StatusRecord(local.dismissing(), node.memberId(), false);
        }
        StatusRecord decoded = StatusCodec.decode(record);
        if (decoded.presumed()) {
            // others took this node for gone; it knows better
            return new StatusRecord(local.lastSaved(), node.memberId(), false);
        }
        local.restoreRequest(decoded.status());
        return decoded;
    }

    @Override
    public ExecutionStatus remove(String executionId) {
        Cluster cluster = node.cluster();
        if (cluster == null) {
            return memory.remove(executionId);
        }
        LocalExecutions.Execution local = executions.get(executionId);
        if (local != null && local.hasEnded()) {
            executions.end(executionId);
        } else if (local != null) {
            local.dismiss();
        }
        try {
            byte[] removed = cluster.statusRemove(executionId);
            return removed == null ? null : StatusCodec.decode(removed).status();
        } catch (ClusterException | IllegalStateException e) {
            unavailable(e, "removed", executionId);
            return null;
        }
    }

    @Override
    public int remove(Filter filter) {
        Cluster cluster = node.cluster();
        if (cluster == null) {
            return memory.remove(filter);
        }
        FilterTranslator.Split split = FilterTranslator.split(filter);
        if (split.isComplete()) {
            return cluster.statusRemoveWhere(split.narrow());
        }
        int removed = 0;
        for (ExecutionStatus status : query(cluster, split, new StatusOrder(List.of()), 0, -1)) {
            if (split.accepts(status) && cluster.statusRemove(status.getExecutionId()) != null) {
                removed++;
            }
        }
        return removed;
    }

    @Override
    public List<ExecutionStatus> list(Query query) {
        Cluster cluster = node.cluster();
        if (cluster == null) {
            return memory.list(query);
        }
        FilterTranslator.Split split = FilterTranslator.split(query.getFilter());
        StatusOrder order = StatusOrder.of(query.getSortBy());
        int start = query.getStartIndex() == null ? 0 : Math.max(0, query.getStartIndex());
        int limit = query.getMaxFeatures();
        if (split.isComplete() && order.isNative()) {
            return query(cluster, split, order, start, limit == Integer.MAX_VALUE ? -1 : limit);
        }
        List<ExecutionStatus> found = query(cluster, split, new StatusOrder(List.of()), 0, -1);
        found.removeIf(status -> !split.accepts(status));
        found.sort(order.comparator());
        int from = Math.min(start, found.size());
        return new ArrayList<>(found.subList(from, (int) Math.min((long) from + limit, found.size())));
    }

    private List<ExecutionStatus> query(
            Cluster cluster, FilterTranslator.Split split, StatusOrder order, long offset, long limit) {
        BinaryWriter query = new BinaryWriter().raw(split.narrow());
        order.write(query);
        query.i64(offset).i64(limit);
        BinaryReader answer = new BinaryReader(cluster.statusQuery(query.toByteArray()));
        answer.i32(); // how many there are on all pages
        int count = answer.i32();
        List<ExecutionStatus> found = new ArrayList<>(count);
        Texts.Last texts = new Texts.Last();
        for (int i = 0; i < count; i++) {
            ExecutionStatus status = StatusCodec.decode(answer.section(), texts).status();
            LocalExecutions.Execution local = executions.get(status.getExecutionId());
            if (local != null) {
                local.restoreRequest(status);
            }
            found.add(status);
        }
        return found;
    }

    @Override
    public boolean supportsPredicate() {
        return true;
    }

    @Override
    public boolean supportsPaging() {
        return true;
    }

    /** Asked here, because what other kinds of listeners want Spring remembers by class, and so keeps the class loader. */
    @Override
    public boolean supportsEventType(ResolvableType type) {
        return ContextClosedEvent.class.isAssignableFrom(type.toClass());
    }

    /**
     * GeoServer stops: what runs here does not end any more, and the other nodes say so at once. What GeoServer saves from
     * now on does not count, because the processes that it interrupts fail for reasons that mislead.
     */
    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (node.cluster() == null || stopping) {
            return;
        }
        stopping = true;
        executions.forEach(execution -> interrupted(execution.lastSaved()));
    }

    private void interrupted(ExecutionStatus status) {
        if (status.getPhase().isExecutionCompleted()) {
            return;
        }
        status.setException(new WPSException("The process was interrupted: the GeoServer that ran it stopped"));
        status.setLastUpdated(status.getCompletionTime());
        try {
            write(status);
        } catch (WPSException e) {
            LOGGER.log(Level.FINE, status.getExecutionId() + " ended while GeoServer stops", e);
        }
    }

    /** Before GeoServer hears of the same event and interrupts its processes. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    /** A process must not fail because its status cannot be written, as while GeoServer stops. */
    private static void unavailable(RuntimeException cause, String what, String executionId) {
        boolean closing = cause instanceof IllegalStateException
                || ClusterException.CLOSED.equals(((ClusterException) cause).getCode());
        LOGGER.log(
                closing ? Level.FINE : Level.WARNING,
                "The status of " + executionId + " was not " + what + ": " + cause.getMessage());
    }
}
