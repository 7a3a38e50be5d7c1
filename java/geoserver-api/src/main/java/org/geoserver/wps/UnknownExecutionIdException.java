// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** No process is known by the id. */
public class UnknownExecutionIdException extends WPSException {
    private static final long serialVersionUID = 1L;

    public UnknownExecutionIdException(String executionId) {
        super("Unknown execution id " + executionId + ", it was never submitted, was dismissed, or has expired");
    }
}
