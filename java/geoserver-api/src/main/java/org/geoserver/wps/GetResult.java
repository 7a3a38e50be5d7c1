// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

import org.geoserver.platform.resource.Resource;
import org.geoserver.wps.resource.WPSResourceManager;

/** Answers for an output of a process. */
public class GetResult {
    private final WPSResourceManager resources;

    public GetResult(WPSResourceManager resources) {
        this.resources = resources;
    }

    public Resource run(GetExecutionResultType request) {
        Resource output = resources.getOutputResource(request.getExecutionId(), request.getOutputId());
        if (output == null || output.getType() == Resource.Type.UNDEFINED) {
            throw new WPSException(
                    "Unknown output " + request.getOutputId() + " for execution id " + request.getExecutionId());
        }
        return output;
    }
}
