// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import net.opengis.wps10.ExecuteResponseType;
import org.geoserver.ows.DispatcherCallback;
import org.geoserver.ows.Request;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.platform.Operation;
import org.geoserver.platform.Service;
import org.geoserver.wps.Dismiss;
import org.geoserver.wps.DismissType;
import org.geoserver.wps.executor.ProcessStatusTracker;
import org.geoserver.wps.executor.WPSExecutionManager;
import org.geoserver.wps.resource.WPSResourceManager;
import org.geotools.util.Version;
import org.springframework.context.ApplicationContext;

/** GeoServer's WPS bean, reached through its dispatcher, as far as Dismiss goes. */
public final class StandInService {
    private final ApplicationContext context;

    StandInService(ApplicationContext context) {
        this.context = context;
    }

    /** What GeoServer does by itself. */
    public ExecuteResponseType dismiss(DismissType request) {
        return new Dismiss(
                        context.getBean(WPSExecutionManager.class),
                        context.getBean(ProcessStatusTracker.class),
                        context.getBean(WPSResourceManager.class),
                        context)
                .run(request);
    }

    /** The request as the dispatcher handles it: callbacks may replace the operation before it is invoked. */
    ExecuteResponseType dispatchDismiss(DismissType request) {
        try {
            Service service = new Service("wps", null, this, new Version("1.0.0"), List.of("Dismiss"));
            Operation operation = new Operation(
                    "Dismiss",
                    service,
                    StandInService.class.getMethod("dismiss", DismissType.class),
                    new Object[] {request});
            for (DispatcherCallback callback : GeoServerExtensions.extensions(DispatcherCallback.class, context)) {
                Operation replaced = callback.operationDispatched(new Request(), operation);
                operation = replaced == null ? operation : replaced;
            }
            return (ExecuteResponseType) operation
                    .getMethod()
                    .invoke(operation.getService().getService(), operation.getParameters());
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException
                    ? (RuntimeException) e.getCause()
                    : new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
