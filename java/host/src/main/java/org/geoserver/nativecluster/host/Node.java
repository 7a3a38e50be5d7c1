// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A node in a JVM of its own. It says {@code port=N} when it is up and answers {@link Commands} on that port of the
 * loopback interface, a line each; {@code stop} ends it. It ends too when its standard input does, unless it was told to
 * stay: so it does not outlive who started it.
 */
final class Node {
    private Node() {}

    static int run(Arguments arguments) throws IOException {
        Path data = Path.of(arguments.required("--data"));
        Installation installation = arguments.installation(data.resolve("lib"));
        try (EmbeddedHost host = new EmbeddedHost(installation, data);
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            if (!arguments.has("--stay")) {
                endWithInput(server);
            }
            System.out.println("port=" + server.getLocalPort());
            Commands commands = new Commands(host);
            while (true) {
                Socket client = server.accept();
                Thread thread = new Thread(() -> answer(client, commands, server), "node-client");
                thread.setDaemon(true);
                thread.start();
            }
        } catch (java.net.SocketException e) {
            return 0; // closed by stop, or by the end of the input
        }
    }

    private static void endWithInput(ServerSocket server) {
        Thread thread = new Thread(
                () -> {
                    try {
                        System.in.transferTo(java.io.OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        System.err.println("standard input: " + e);
                    }
                    close(server);
                },
                "node-input");
        thread.setDaemon(true);
        thread.start();
    }

    private static void answer(Socket client, Commands commands, ServerSocket server) {
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(client.getOutputStream(), true, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.trim().equals("stop")) {
                    out.println(Reply.of().line());
                    close(server);
                    return;
                }
                out.println(commands.execute(line).line());
            }
        } catch (IOException e) {
            System.err.println("client: " + e);
        }
    }

    private static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException e) {
            System.err.println("socket: " + e);
        }
    }
}
