// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.container;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;

/**
 * A node's JVM: an embedded Tomcat with one web application. It takes commands from standard input, answers each with a
 * line on standard output, and ends when standard input does, so that no node outlives the suite.
 */
public final class Container {
    /** How often the collector is asked before a class loader counts as kept. */
    private static final int COLLECTIONS = 20;

    private final PrintStream answers;
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();
    private final Context context;
    private final List<WeakReference<ClassLoader>> earlier = new ArrayList<>();

    private Container(PrintStream answers, String base, String webapp) {
        this.answers = answers;
        tomcat.setBaseDir(base);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        // Tomcat's defaults name a servlet for JSP, which is not there and which GeoServer does not use.
        tomcat.setAddDefaultWebXmlToWebapp(false);
        ContextConfig config = new ContextConfig();
        config.setDefaultWebXml(tomcat.noDefaultWebXmlPath());
        context = tomcat.addWebapp(tomcat.getHost(), "/geoserver", webapp, config);
        context.addLifecycleListener(event -> {
            if (Lifecycle.BEFORE_START_EVENT.equals(event.getType())) {
                Tomcat.addServlet(context, "default", "org.apache.catalina.servlets.DefaultServlet");
                context.addServletMappingDecoded("/", "default");
                context.addWelcomeFile("index.html");
            }
        });
    }

    /**
     * Serves a web application under /geoserver.
     *
     * @param arguments folder for Tomcat's own files, folder of the web application
     */
    public static void main(String[] arguments) throws IOException, LifecycleException {
        PrintStream answers = System.out;
        // What GeoServer prints belongs to the log, which is standard error.
        System.setOut(System.err);
        new Container(answers, arguments[0], arguments[1]).serve();
    }

    private void serve() throws IOException, LifecycleException {
        tomcat.start();
        answer("port " + connector.getLocalPort());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = commands.readLine()) != null && !"exit".equals(line)) {
            execute(line.split(" ", 3));
        }
        tomcat.stop();
        answer("ended");
        // What GeoServer leaves running must not keep the JVM.
        Runtime.getRuntime().halt(0);
    }

    private void execute(String[] command) throws LifecycleException {
        switch (command[0]) {
            case "set" -> {
                System.setProperty(command[1], command[2]);
                answer("set");
            }
            case "clear" -> {
                System.clearProperty(command[1]);
                answer("cleared");
            }
            case "undeploy" -> {
                earlier.add(new WeakReference<>(context.getLoader().getClassLoader()));
                context.stop();
                answer("undeployed");
            }
            case "deploy" -> {
                context.start();
                answer(context.getState().isAvailable() ? "deployed" : "failed");
            }
            case "loaders" -> answer("loaders " + keptLoaders());
            default -> answer("unknown command");
        }
    }

    /** How many class loaders of earlier deployments are still in memory. */
    private long keptLoaders() {
        long kept = earlier.size();
        for (int i = 0; i < COLLECTIONS && kept > 0; i++) {
            System.gc();
            kept = earlier.stream().filter(loader -> loader.get() != null).count();
        }
        return kept;
    }

    private void answer(String text) {
        answers.println(text);
        answers.flush();
    }
}
