// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.platform;

import java.lang.reflect.Method;
import java.util.Objects;

/** One operation of a service, bound to its parameters: what the dispatcher is about to execute. */
public final class Operation {
    private final String id;
    private final Service service;
    private final Method method;
    private final Object[] parameters;

    public Operation(String id, Service service, Method method, Object[] parameters) {
        this.id = Objects.requireNonNull(id, "id");
        this.service = Objects.requireNonNull(service, "service");
        this.method = method;
        this.parameters = parameters;
    }

    public String getId() {
        return id;
    }

    public Service getService() {
        return service;
    }

    public Method getMethod() {
        return method;
    }

    public Object[] getParameters() {
        return parameters;
    }
}
