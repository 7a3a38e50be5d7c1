// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** A request for the status of an execution. */
public class GetExecutionStatusType {
    private String executionId;

    public String getExecutionId() {
        return executionId;
    }

    public void setExecutionId(String executionId) {
        this.executionId = executionId;
    }
}
