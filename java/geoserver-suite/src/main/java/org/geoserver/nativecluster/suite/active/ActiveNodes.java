// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite.active;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.geoserver.nativecluster.suite.Extension;
import org.geoserver.nativecluster.suite.Folders;
import org.geoserver.nativecluster.suite.ModuleLine;
import org.geoserver.nativecluster.suite.Network;
import org.geoserver.nativecluster.suite.Node;
import org.geoserver.nativecluster.suite.Setup;

/** Some nodes with active clustering, which have data directories of their own or one together. */
public final class ActiveNodes implements AutoCloseable {
    public static final String ACTIVE = "geoserver.cluster.active";
    public static final String JOIN = "geoserver.cluster.join";
    public static final String READ_ONLY = "geoserver.cluster.read-only";
    public static final String FILES = "geoserver.cluster.shared-files";
    public static final String SECURITY = "geoserver.cluster.security";
    private static final String INSTANCE = "geoserver.cluster.instance-name";

    private final Network network = Network.random();
    private final List<Node> nodes = new ArrayList<>();
    private final Setup setup;
    private final Extension extension;
    private final Path folder;
    private final Path sharedData;
    private final Data data;

    private ActiveNodes(Setup setup, Extension extension, Path folder, boolean shared) throws IOException {
        this.setup = setup;
        this.extension = extension;
        this.folder = folder;
        this.sharedData = shared ? folder.resolve("shared-data") : null;
        Folders.delete(folder);
        this.data = Data.in(folder.resolve("tables"));
    }

    /** No nodes yet, which will have data directories of their own. */
    public static ActiveNodes separate(Setup setup, Extension extension, Path folder) throws IOException {
        return new ActiveNodes(setup, extension, folder, false);
    }

    /** No nodes yet, which will have one data directory. */
    public static ActiveNodes shared(Setup setup, Extension extension, Path folder) throws IOException {
        return new ActiveNodes(setup, extension, folder, true);
    }

    /** One more node, not started: in this cluster, with active clustering. */
    public Node add(String name) throws IOException {
        Node node = addBare(name);
        extension.install(node.webapp());
        return node.with(ACTIVE, "true");
    }

    /** One more node, not started: a GeoServer without this module. */
    public Node addBare(String name) throws IOException {
        Path own = folder.resolve(name);
        Node node = new Node(name, own, setup, sharedData == null ? own.resolve("data") : sharedData);
        node.with(INSTANCE, name);
        node.configure(network.listXml());
        nodes.add(node);
        return node;
    }

    /** Adds nodes, starts them and waits until they found each other. */
    public ActiveNodes start(Consumer<Node> with, String... names) throws IOException {
        List<Node> added = new ArrayList<>();
        for (String name : names) {
            Node node = add(name);
            with.accept(node);
            added.add(node);
        }
        // All at once; but with one directory the first one fills that.
        for (Node node : added) {
            node.start();
            if (sharedData != null && node == added.get(0)) {
                node.awaitUp();
            }
        }
        added.subList(sharedData == null ? 0 : 1, added.size()).forEach(Node::awaitUp);
        ModuleLine.awaitNodes(nodes.size(), added.toArray(Node[]::new));
        return this;
    }

    public Network network() {
        return network;
    }

    /** Data that all nodes see. */
    public Data data() {
        return data;
    }

    public Path folder() {
        return folder;
    }

    public Node node(int index) {
        return nodes.get(index);
    }

    public Rest rest(int index) {
        return new Rest(nodes.get(index));
    }

    /** All nodes that were added. */
    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** All nodes that run. */
    public Node[] running() {
        return nodes.stream().filter(Node::isRunning).toArray(Node[]::new);
    }

    /** Writes the same hazelcast.xml into each node's data directory. */
    public void configure(String hazelcastXml) throws IOException {
        for (Node node : nodes) {
            Files.writeString(node.data().resolve("hazelcast.xml"), hazelcastXml);
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}
