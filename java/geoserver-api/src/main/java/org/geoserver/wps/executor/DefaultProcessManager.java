// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.executor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.wps.resource.WPSResourceManager;
import org.geotools.api.feature.type.Name;
import org.geotools.api.util.ProgressListener;
import org.geotools.process.Process;
import org.geotools.process.ProcessException;
import org.geotools.process.ProcessFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

/** Runs the processes of the factories in the context: a fixed pool for asynchronous ones, the rest of them queued. */
public class DefaultProcessManager implements ProcessManager, ApplicationListener<ApplicationEvent> {
    private final Map<String, Future<Map<String, Object>>> running = new ConcurrentHashMap<>();
    private volatile ApplicationContext context;
    private ExecutorService asynchronous = Executors.newFixedThreadPool(2);
    private ExecutorService synchronous = Executors.newFixedThreadPool(2);

    public DefaultProcessManager(WPSResourceManager resources) {}

    /** Replaces the pool, so set it before the first process. */
    public void setMaxAsynchronousProcesses(int threads) {
        asynchronous.shutdown();
        asynchronous = Executors.newFixedThreadPool(threads);
    }

    /** Replaces the pool, so set it before the first process. */
    public void setMaxSynchronousProcesses(int threads) {
        synchronous.shutdown();
        synchronous = Executors.newFixedThreadPool(threads);
    }

    @Override
    public boolean canHandle(Name processName) {
        return true;
    }

    @Override
    public Map<String, Object> submitChained(
            String executionId, Name processName, Map<String, Object> inputs, ProgressListener listener) {
        for (ProcessFactory factory : GeoServerExtensions.extensions(ProcessFactory.class, context)) {
            Process process = factory.create(processName);
            if (process != null) {
                return process.execute(inputs, listener);
            }
        }
        throw new ProcessException("No such process: " + processName);
    }

    @Override
    public void submit(
            String executionId,
            Name processName,
            Map<String, Object> inputs,
            ProgressListener listener,
            boolean background) {
        running.put(
                executionId,
                (background ? asynchronous : synchronous)
                        .submit(() -> submitChained(executionId, processName, inputs, listener)));
    }

    @Override
    public Map<String, Object> getOutput(String executionId, long timeout) {
        try {
            return running.get(executionId).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException
                    ? (RuntimeException) e.getCause()
                    : new ProcessException("Process execution " + executionId + " failed", e.getCause());
        } catch (Exception e) {
            throw new ProcessException("Process execution " + executionId + " failed", e);
        } finally {
            running.remove(executionId);
        }
    }

    @Override
    public void cancel(String executionId) {
        Future<?> future = running.get(executionId);
        if (future != null) {
            future.cancel(true);
        }
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ContextRefreshedEvent) {
            context = ((ContextRefreshedEvent) event).getApplicationContext();
        } else if (event instanceof ContextClosedEvent) {
            asynchronous.shutdownNow();
            synchronous.shutdownNow();
        }
    }
}
