// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** A WPS Dismiss request. */
public class DismissType {
    private String executionId;

    public String getExecutionId() {
        return executionId;
    }

    public void setExecutionId(String executionId) {
        this.executionId = executionId;
    }
}
