// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.geoserver.nativecluster.suite.active.ActiveNodes;

/** What the cases share: nodes are started once, as the first case needs them, and stopped at the end. */
public final class Suite {
    public static final Extension EXTENSION = new Extension(Path.of(property("suite.zip")));
    public static final Webapp WEBAPP = new Webapp(Path.of(property("suite.webapp")).toAbsolutePath());

    /** The cluster of this run. */
    static final Network NETWORK = Network.random();

    private static final Path WORK = Path.of(property("suite.work")).toAbsolutePath();
    private static final List<Node> NODES = new ArrayList<>();
    private static final List<ActiveNodes> CLUSTERS = new ArrayList<>();
    private static Cluster cluster;
    private static SlowInputs inputs;

    private Suite() {}

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("-D" + name + " is missing: tests/geoserver/run starts the suite");
        }
        return value;
    }

    /** The three nodes that most cases need, which found each other by multicast. */
    record Cluster(Node a, Node b, Node c) {}

    /** The cluster; the first to ask waits for its start. */
    static synchronized Cluster cluster() {
        if (cluster == null) {
            Node a = node("A");
            Node b = node("B");
            Node c = node("C");
            cluster = new Cluster(a, b, c);
            for (Node node : List.of(a, b, c)) {
                install(node);
                configure(node, NETWORK.multicastXml());
                start(node);
            }
            List.of(a, b, c).forEach(Node::awaitReady);
        }
        return cluster;
    }

    /** A further node, without the extension, not started. */
    static synchronized Node node(String name, String... jvmOptions) {
        try {
            Path folder = WORK.resolve(name);
            Folders.delete(folder);
            Node node = new Node(name, folder, setup(jvmOptions));
            NODES.add(node);
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Setup setup(String... jvmOptions) throws IOException {
        List<String> options = new ArrayList<>(List.of(property("suite.options").split(" +")));
        options.addAll(List.of(jvmOptions));
        return Setup.of(WEBAPP, Path.of(property("suite.classpaths")), property("suite.java"), options);
    }

    /**
     * Nodes for active clustering, none of them started; whatever else runs is stopped, for the machine's sake.
     *
     * @param shared whether they have one data directory
     */
    public static synchronized ActiveNodes activeNodes(String name, boolean shared) {
        try {
            nodes().forEach(Node::close);
            Path folder = WORK.resolve(name);
            ActiveNodes nodes = shared
                    ? ActiveNodes.shared(setup(), EXTENSION, folder)
                    : ActiveNodes.separate(setup(), EXTENSION, folder);
            CLUSTERS.add(nodes);
            return nodes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void install(Node node) {
        try {
            EXTENSION.install(node.webapp());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void configure(Node node, String hazelcastXml) {
        try {
            node.configure(hazelcastXml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void start(Node node) {
        try {
            node.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inputs that last as long as a case wants. */
    static synchronized SlowInputs inputs() {
        if (inputs == null) {
            try {
                inputs = new SlowInputs();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return inputs;
    }

    /** All nodes that were ever started. */
    static synchronized List<Node> nodes() {
        List<Node> all = new ArrayList<>(NODES);
        CLUSTERS.forEach(cluster -> all.addAll(cluster.nodes()));
        return all;
    }

    /** Ends what runs. */
    static synchronized void close() throws IOException {
        nodes().forEach(Node::close);
        if (inputs != null) {
            inputs.close();
        }
    }
}
