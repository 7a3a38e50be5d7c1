// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** A request for an output of an execution. */
public class GetExecutionResultType {
    private String executionId;
    private String outputId;

    public String getExecutionId() {
        return executionId;
    }

    public void setExecutionId(String executionId) {
        this.executionId = executionId;
    }

    public String getOutputId() {
        return outputId;
    }

    public void setOutputId(String outputId) {
        this.outputId = outputId;
    }
}
