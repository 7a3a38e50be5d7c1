// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import java.util.List;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;

/** Where the statuses of processes are kept. */
public interface ProcessStatusStore {
    void save(ExecutionStatus status);

    ExecutionStatus get(String executionId);

    ExecutionStatus remove(String executionId);

    int remove(Filter filter);

    List<ExecutionStatus> list(Query query);

    boolean supportsPredicate();

    boolean supportsPaging();
}
