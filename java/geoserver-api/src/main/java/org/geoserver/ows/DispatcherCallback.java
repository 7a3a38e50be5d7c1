// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.ows;

import org.geoserver.platform.Operation;
import org.geoserver.platform.Service;

/** Called at each step of a request; what it returns replaces what the dispatcher had, null leaves it. */
public interface DispatcherCallback {
    Request init(Request request);

    Service serviceDispatched(Request request, Service service);

    Operation operationDispatched(Request request, Operation operation);

    Object operationExecuted(Request request, Operation operation, Object result);

    Response responseDispatched(Request request, Operation operation, Object result, Response response);

    void finished(Request request);
}
