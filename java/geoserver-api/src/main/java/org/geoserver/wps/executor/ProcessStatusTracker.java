// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.text.SimpleDateFormat;
import java.util.Date;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.wps.MemoryProcessStatusStore;
import org.geoserver.wps.ProcessEvent;
import org.geoserver.wps.ProcessListener;
import org.geoserver.wps.ProcessStatusStore;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.FilterFactory;
import org.geotools.factory.CommonFactoryFinder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;

/** Writes what happens to processes into the store; as GeoServer's, it takes for granted that a running one is there. */
public class ProcessStatusTracker implements ApplicationContextAware, ProcessListener {
    private ProcessStatusStore store;

    @Override
    public void setApplicationContext(ApplicationContext context) {
        ProcessStatusStore bean = GeoServerExtensions.bean(ProcessStatusStore.class, context);
        store = bean != null ? bean : new MemoryProcessStatusStore();
    }

    @Override
    public void submitted(ProcessEvent event) {
        store.save(event.getStatus());
    }

    public void touch(String executionId) {
        ExecutionStatus status = store.get(executionId);
        if (status != null) {
            save(status);
        }
    }

    @Override
    public void progress(ProcessEvent event) {
        if (store.get(event.getStatus().getExecutionId()).getPhase() == ProcessState.DISMISSING) {
            event.getStatus().setPhase(ProcessState.DISMISSING);
        } else {
            save(event.getStatus());
        }
    }

    @Override
    public void succeeded(ProcessEvent event) {
        ExecutionStatus before = store.get(event.getStatus().getExecutionId());
        save(event.getStatus());
        if (before.getPhase() == ProcessState.DISMISSING) {
            event.getStatus().setPhase(ProcessState.FAILED);
        }
    }

    @Override
    public void dismissing(ProcessEvent event) {
        save(event.getStatus());
    }

    @Override
    public void dismissed(ProcessEvent event) {
        store.remove(event.getStatus().getExecutionId());
    }

    @Override
    public void failed(ProcessEvent event) {
        save(event.getStatus());
    }

    private void save(ExecutionStatus status) {
        status.setLastUpdated(new Date());
        store.save(status);
    }

    public ExecutionStatus getStatus(String executionId) {
        return store.get(executionId);
    }

    /** Removes what completed and was last updated before a time, in the form of filter that GeoServer uses. */
    public void cleanExpiredStatuses(long expirationThreshold) {
        FilterFactory ff = CommonFactoryFinder.getFilterFactory();
        String limit = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm'Z'").format(new Date(expirationThreshold));
        store.remove(ff.and(expired(ff, "completionTime", limit), expired(ff, "lastUpdated", limit)));
    }

    private static Filter expired(FilterFactory ff, String property, String limit) {
        return ff.and(
                ff.not(ff.isNull(ff.property(property))), ff.before(ff.property(property), ff.literal(limit)));
    }

    public ProcessStatusStore getStore() {
        return store;
    }

    public ExecutionStatus remove(String executionId) {
        return store.remove(executionId);
    }
}
