// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import com.hazelcast.map.IMap;
import com.hazelcast.query.PagingPredicate;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import java.util.ArrayList;
import java.util.List;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.data.Query;

/** Calls an IMap as GeoServer's Hazelcast module does. */
final class IMapStore extends PeerStore {
    private final IMap<String, ExecutionStatus> statuses;

    IMapStore(IMap<String, ExecutionStatus> statuses) {
        this.statuses = statuses;
    }

    /** Optimistic: reads, checks the phase, and replaces what was read, or starts anew. */
    @Override
    public void save(ExecutionStatus status) {
        String id = status.getExecutionId();
        boolean saved = false;
        while (!saved) {
            ExecutionStatus old = statuses.get(id);
            if (old == null) {
                saved = statuses.put(id, status) == null;
            } else {
                checkTransition(old, status);
                saved = statuses.replace(id, old, new ExecutionStatus(status));
            }
        }
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
        Predicate<String, ExecutionStatus> wanted = equality == null
                ? Predicates.alwaysTrue()
                : Predicates.equal(equality.property(), equality.value());
        if (query.getMaxFeatures() == Integer.MAX_VALUE) {
            return new ArrayList<>(statuses.values(wanted));
        }
        PagingPredicate<String, ExecutionStatus> page =
                Predicates.pagingPredicate(wanted, order(query), query.getMaxFeatures());
        return new ArrayList<>(statuses.values(page));
    }
}
