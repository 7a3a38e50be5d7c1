// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.ows;

import org.geoserver.platform.Operation;
import org.geoserver.platform.Service;

/** A callback that leaves everything as it is. */
public class AbstractDispatcherCallback implements DispatcherCallback {
    @Override
    public Request init(Request request) {
        return request;
    }

    @Override
    public Service serviceDispatched(Request request, Service service) {
        return service;
    }

    @Override
    public Operation operationDispatched(Request request, Operation operation) {
        return operation;
    }

    @Override
    public Object operationExecuted(Request request, Operation operation, Object result) {
        return result;
    }

    @Override
    public Response responseDispatched(Request request, Operation operation, Object result, Response response) {
        return response;
    }

    @Override
    public void finished(Request request) {}
}
