// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A network that can be cut: each node is reached by a port of this, which passes on what comes to the node's own. While the
 * wires are cut nothing passes in either direction, and nobody is told so: connections stay open, and new ones are accepted, as
 * when a cable is pulled. Whole again, the wires pass on what waited.
 */
public final class Wires implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int BUFFER = 64 * 1024;

    private record Wire(ServerSocket entry, int nodePort) {}

    private final List<Wire> wires = new ArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private boolean cut;

    /** Wires for so many nodes. */
    public Wires(int nodes) throws IOException {
        for (int i = 0; i < nodes; i++) {
            Wire wire = new Wire(new ServerSocket(0, 0, LOOPBACK), freePort());
            wires.add(wire);
            start(() -> accept(wire));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    /** The hazelcast.xml of a node: it listens on a port that nobody else knows, and all know those of the wires. */
    public String xml(Network network, int node) {
        List<String> members = wires.stream().map(Wires::address).toList();
        return network.memberXml(wires.get(node).nodePort(), address(wires.get(node)), members);
    }

    private static String address(Wire wire) {
        return LOOPBACK.getHostAddress() + ":" + wire.entry().getLocalPort();
    }

    /** From now on nothing passes. */
    public synchronized void cut() {
        cut = true;
    }

    /** All passes again, also what waited. */
    public synchronized void mend() {
        cut = false;
        notifyAll();
    }

    private synchronized void awaitWhole() throws InterruptedException {
        while (cut) {
            wait();
        }
    }

    private void accept(Wire wire) {
        while (!wire.entry().isClosed()) {
            try {
                Socket from = keep(wire.entry().accept());
                start(() -> connect(from, wire.nodePort()));
            } catch (IOException e) {
                // closed, or one that went before it was accepted
            }
        }
    }

    private void connect(Socket from, int port) {
        try {
            awaitWhole();
            Socket to = keep(new Socket(LOOPBACK, port));
            start(() -> pass(from, to));
            pass(to, from);
        } catch (IOException e) {
            // the node does not run
            close(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket keep(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitWhole();
                out.write(buffer, 0, count);
            }
            awaitWhole();
        } catch (IOException e) {
            // one of the two is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "suite-wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        for (Wire wire : wires) {
            wire.entry().close();
        }
        sockets.forEach(this::close);
    }
}
