// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.geoserver.ows.Request;
import org.geoserver.platform.ModuleStatus;
import org.geoserver.platform.resource.Resource;
import org.geoserver.wps.DismissType;
import org.geoserver.wps.GetExecutionResultType;
import org.geoserver.wps.GetExecutionStatusType;
import org.geoserver.wps.GetResult;
import org.geoserver.wps.GetStatus;
import org.geoserver.wps.ProcessStatusStore;
import org.geoserver.wps.executor.ExecuteRequest;
import org.geoserver.wps.executor.ProcessStatusTracker;
import org.geoserver.wps.executor.WPSExecutionManager;
import org.geoserver.wps.resource.WPSResourceManager;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.ClassPathXmlApplicationContext;

/**
 * A stand-in for one GeoServer: loads the shim's applicationContext.xml the way GeoServer does, in a class loader of its
 * own beside stand-ins for GeoServer's beans, and answers WPS requests along GeoServer's paths.
 */
public final class EmbeddedHost implements AutoCloseable {
    private final ShimClassLoader loader;
    private final ClassPathXmlApplicationContext context;

    public EmbeddedHost(Installation installation, Path dataDirectory) {
        this(installation, dataDirectory, registry -> {});
    }

    /**
     * Beside other modules.
     *
     * @param modules adds their beans
     */
    EmbeddedHost(Installation installation, Path dataDirectory, Consumer<BeanDefinitionRegistry> modules) {
        File directory = dataDirectory.toFile();
        loader = new ShimClassLoader(installation.urls());
        context = new ClassPathXmlApplicationContext(
                new String[] {
                    "classpath*:applicationContext.xml", "classpath:org/geoserver/nativecluster/host/stand-in.xml"
                },
                false) {
            @Override
            protected void customizeBeanFactory(DefaultListableBeanFactory factory) {
                super.customizeBeanFactory(factory);
                factory.registerSingleton("dataDirectory", directory);
                modules.accept(factory);
            }
        };
        context.setClassLoader(loader);
        context.refresh();
    }

    public ApplicationContext context() {
        return context;
    }

    /** The class loader of the shim: what a redeployment replaces. */
    public ClassLoader loader() {
        return loader;
    }

    /** The store that GeoServer's tracker writes to. */
    public ProcessStatusStore statuses() {
        return context.getBean(ProcessStatusTracker.class).getStore();
    }

    public WPSResourceManager resources() {
        return context.getBean(WPSResourceManager.class);
    }

    /** What the status page says about the module. */
    public ModuleStatus module() {
        return context.getBean(ModuleStatus.class);
    }

    /** Submits an asynchronous process; returns its id. */
    public String submit(Map<String, String> inputs) {
        return submit(inputs, false);
    }

    /** Runs a process; returns its id. */
    public String submit(Map<String, String> inputs, boolean synchronous) {
        WPSResourceManager resources = resources();
        String id = resources.getExecutionId(synchronous);
        try {
            context.getBean(WPSExecutionManager.class)
                    .submit(new ExecuteRequest(HostExecute.of(inputs, !synchronous)), synchronous);
            return id;
        } finally {
            resources.finished((Request) null);
        }
    }

    /** The document that answers for an execution. */
    public String response(String executionId) throws IOException {
        GetExecutionStatusType request = new GetExecutionStatusType();
        request.setExecutionId(executionId);
        Object answer = new GetStatus(context.getBean(ProcessStatusTracker.class), resources(), context).run(request);
        if (answer instanceof Resource) {
            try (InputStream in = ((Resource) answer).in()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        return answer.toString();
    }

    /** An output of an execution. */
    public InputStream output(String executionId, String name) {
        GetExecutionResultType request = new GetExecutionResultType();
        request.setExecutionId(executionId);
        request.setOutputId(name);
        return new GetResult(resources()).run(request).in();
    }

    /** Dismisses an execution by way of the dispatcher's callbacks; returns the answer's document. */
    public String dismiss(String executionId) {
        DismissType request = new DismissType();
        request.setExecutionId(executionId);
        return new StandInService(context).dispatchDismiss(request).toString();
    }

    /** The cluster as the shim's library describes it, in JSON; null if there is none. */
    public String cluster() {
        try {
            Object module = context.getBean("nativeClusterModule");
            Object cluster = module.getClass().getMethod("cluster").invoke(module);
            return cluster == null
                    ? null
                    : (String) cluster.getClass().getMethod("status").invoke(cluster);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
        try {
            loader.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
