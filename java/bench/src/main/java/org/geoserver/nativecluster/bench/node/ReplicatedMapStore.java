// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import com.hazelcast.replicatedmap.ReplicatedMap;
import java.util.ArrayList;
import java.util.List;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.data.Query;

/** The same on a ReplicatedMap, which has neither replace nor queries. */
final class ReplicatedMapStore extends PeerStore {
    private final ReplicatedMap<String, ExecutionStatus> statuses;

    ReplicatedMapStore(ReplicatedMap<String, ExecutionStatus> statuses) {
        this.statuses = statuses;
    }

    @Override
    public void save(ExecutionStatus status) {
        ExecutionStatus old = statuses.get(status.getExecutionId());
        if (old != null) {
            checkTransition(old, status);
        }
        statuses.put(status.getExecutionId(), new ExecutionStatus(status));
    }

    @Override
    public ExecutionStatus get(String executionId) {
        return statuses.get(executionId);
    }

    @Override
    public ExecutionStatus remove(String executionId) {
        return statuses.remove(executionId);
    }

    @Override
    public List<ExecutionStatus> list(Query query) {
        Equality equality = equality(query.getFilter());
        List<ExecutionStatus> found = new ArrayList<>();
        for (ExecutionStatus status : statuses.values()) {
            if (equality == null || status.getPhase().name().equals(equality.value())) {
                found.add(status);
            }
        }
        if (order(query) != null) {
            found.sort(ByCreationTime.STATUSES);
        }
        return found.subList(0, Math.min(query.getMaxFeatures(), found.size()));
    }
}
