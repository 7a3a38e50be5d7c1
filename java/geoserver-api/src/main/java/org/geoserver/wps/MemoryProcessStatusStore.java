// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.sort.SortBy;
import org.geotools.api.filter.sort.SortOrder;
import org.springframework.beans.BeanWrapperImpl;

/**
 * Keeps statuses in memory. Where GeoServer leaves the order open (no sort, ties), this one lists by execution id;
 * null sorts after every value.
 */
public class MemoryProcessStatusStore implements ProcessStatusStore {
    private final ConcurrentSkipListMap<String, ExecutionStatus> statuses = new ConcurrentSkipListMap<>();

    @Override
    public void save(ExecutionStatus status) {
        statuses.compute(status.getExecutionId(), (id, old) -> {
            ProcessState previous = old == null ? null : old.getPhase();
            if (previous != null && !status.getPhase().isValidSuccessor(previous)) {
                throw new WPSException("Cannot switch process status from " + previous + " to " + status.getPhase());
            }
            return new ExecutionStatus(status);
        });
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
    public int remove(Filter filter) {
        int removed = 0;
        for (ExecutionStatus status : statuses.values()) {
            if (filter.evaluate(status) && statuses.remove(status.getExecutionId()) != null) {
                removed++;
            }
        }
        return removed;
    }

    @Override
    public List<ExecutionStatus> list(Query query) {
        List<ExecutionStatus> found = new ArrayList<>();
        for (ExecutionStatus status : statuses.values()) {
            if (query.getFilter().evaluate(status)) {
                found.add(status);
            }
        }
        if (query.getSortBy() != null) {
            found.sort(comparator(query.getSortBy()));
        }
        int from = query.getStartIndex() == null ? 0 : Math.min(query.getStartIndex(), found.size());
        int to = (int) Math.min((long) from + query.getMaxFeatures(), found.size());
        return found.subList(from, to);
    }

    @Override
    public boolean supportsPredicate() {
        return true;
    }

    @Override
    public boolean supportsPaging() {
        return false;
    }

    private static Comparator<ExecutionStatus> comparator(SortBy[] sorts) {
        Comparator<ExecutionStatus> all = (left, right) -> 0;
        for (SortBy sort : sorts) {
            boolean natural = sort == SortBy.NATURAL_ORDER || sort == SortBy.REVERSE_ORDER;
            String property = natural
                    ? "creationTime"
                    : beanProperty(sort.getPropertyName().getPropertyName());
            boolean descending =
                    natural ? sort == SortBy.REVERSE_ORDER : sort.getSortOrder() == SortOrder.DESCENDING;
            Comparator<ExecutionStatus> one = byProperty(property);
            all = all.thenComparing(descending ? one.reversed() : one);
        }
        return all;
    }

    private static String beanProperty(String name) {
        switch (name.toLowerCase(java.util.Locale.ROOT)) {
            case "node":
                return "nodeId";
            case "user":
                return "userName";
            case "task":
                return "task";
            default:
                return name;
        }
    }

    @SuppressWarnings("unchecked")
    private static Comparator<ExecutionStatus> byProperty(String property) {
        Comparator<Object> values =
                Comparator.nullsLast((left, right) -> ((Comparable<Object>) left).compareTo(right));
        return (left, right) -> values.compare(
                new BeanWrapperImpl(left).getPropertyValue(property),
                new BeanWrapperImpl(right).getPropertyValue(property));
    }
}
