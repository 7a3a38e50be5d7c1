// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.PropertyIsEqualTo;
import org.geotools.api.filter.expression.Literal;
import org.geotools.api.filter.expression.PropertyName;
import org.geotools.api.filter.sort.SortBy;

/** What the stores on Hazelcast's maps have in common: the queries that are measured, and no others. */
abstract class PeerStore implements ProcessStatusStore {
    /** An equality that a query asks for. */
    record Equality(String property, String value) {}

    /** The filter's equality; null: it takes all. */
    static Equality equality(Filter filter) {
        if (filter == Filter.INCLUDE) {
            return null;
        }
        PropertyIsEqualTo equal = (PropertyIsEqualTo) filter;
        return new Equality(
                ((PropertyName) equal.getExpression1()).getPropertyName(),
                (String) ((Literal) equal.getExpression2()).getValue());
    }

    /** The order of a query, null without one. GeoServer's module reads properties by reflection, which takes longer. */
    static ByCreationTime order(Query query) {
        SortBy[] sort = query.getSortBy();
        if (sort == null || sort.length == 0) {
            return null;
        }
        if (sort.length > 1 || !sort[0].getPropertyName().getPropertyName().equals("creationTime")) {
            throw new UnsupportedOperationException("not measured: " + List.of(sort));
        }
        return new ByCreationTime();
    }

    /** Orders statuses, and entries of maps of them. */
    static final class ByCreationTime implements Comparator<Map.Entry<String, ExecutionStatus>>, Serializable {
        private static final long serialVersionUID = 1L;

        static final Comparator<ExecutionStatus> STATUSES = Comparator.comparing(ExecutionStatus::getCreationTime);

        @Override
        public int compare(Map.Entry<String, ExecutionStatus> left, Map.Entry<String, ExecutionStatus> right) {
            return STATUSES.compare(left.getValue(), right.getValue());
        }
    }

    static void checkTransition(ExecutionStatus old, ExecutionStatus status) {
        ProcessState previous = old.getPhase();
        if (!status.getPhase().isValidSuccessor(previous)) {
            throw new WPSException("Cannot switch process status from " + previous + " to " + status.getPhase());
        }
    }

    @Override
    public int remove(Filter filter) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public boolean supportsPredicate() {
        return true;
    }

    @Override
    public boolean supportsPaging() {
        return true;
    }
}
