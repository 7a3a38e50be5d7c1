// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** A request for the status of an execution. */
public class GetExecutionStatusType {
    private String executionId;
    private String baseUrl;

    public String getExecutionId() {
        return executionId;
    }

    public void setExecutionId(String executionId) {
        this.executionId = executionId;
    }

    /** The address of GeoServer that was asked; the dispatcher sets it. */
    public String getBaseUrl() {
        return baseUrl;
    }

    public void setBaseUrl(String baseUrl) {
        this.baseUrl = baseUrl;
    }
}
