// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.LinkedHashMap;
import java.util.Map;
import net.opengis.wps10.ExecuteResponseType;
import org.geoserver.ows.AbstractDispatcherCallback;
import org.geoserver.ows.Request;
import org.geoserver.ows.URLMangler.URLType;
import org.geoserver.ows.util.ResponseUtils;
import org.geoserver.platform.Operation;
import org.geoserver.wps.GetExecutionStatusType;

/**
 * Tells the clients of a process that runs on another node where to ask next. GeoServer makes that address from the
 * Execute request, which knows it only on the node that received it.
 */
public final class StatusLocation extends AbstractDispatcherCallback {
    private final ClusterNode node;

    public StatusLocation(ClusterNode node) {
        this.node = node;
    }

    @Override
    public Object operationExecuted(Request request, Operation operation, Object result) {
        Object[] parameters = operation.getParameters();
        if (node.cluster() != null
                && result instanceof ExecuteResponseType
                && parameters.length == 1
                && parameters[0] instanceof GetExecutionStatusType) {
            complete((ExecuteResponseType) result, (GetExecutionStatusType) parameters[0]);
        }
        return result;
    }

    private static void complete(ExecuteResponseType response, GetExecutionStatusType asked) {
        if (response.getStatusLocation() == null && asked.getBaseUrl() != null) {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("service", "WPS");
            query.put("version", "1.0.0");
            query.put("request", "GetExecutionStatus");
            query.put("executionId", asked.getExecutionId());
            response.setStatusLocation(ResponseUtils.buildURL(asked.getBaseUrl(), "ows", query, URLType.SERVICE));
        }
    }
}
