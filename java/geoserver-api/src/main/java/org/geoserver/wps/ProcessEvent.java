// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import java.util.Map;
import org.geoserver.wps.executor.ExecutionStatus;

/** Something happened to a process. */
public class ProcessEvent implements Cloneable {
    private final ExecutionStatus status;

    public ProcessEvent(ExecutionStatus status, Map<String, Object> inputs) {
        this.status = status;
    }

    public ExecutionStatus getStatus() {
        return status;
    }
}
