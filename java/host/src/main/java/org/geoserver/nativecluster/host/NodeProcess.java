// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link Node} in another JVM, seen from the one that started it. Not for use by several threads. */
public final class NodeProcess implements AutoCloseable {
    /** Longest wait for an answer: longer than any bound of the shim. */
    private static final int ANSWER_MILLIS = 60_000;

    private static final long STOP_SECONDS = 30;

    private final String name;
    private final Process process;
    private final Path log;
    private final int port;
    private final Socket socket;
    private final PrintWriter out;
    private final BufferedReader in;

    private NodeProcess(String name, Process process, Path log, int port) throws IOException {
        this.name = name;
        this.process = process;
        this.log = log;
        this.port = port;
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(ANSWER_MILLIS);
        this.out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts a node and waits until it is up.
     *
     * @param data its data directory; its log goes beside it
     * @param options of the JVM, and what comes after {@code --} for the node
     */
    public static NodeProcess start(
            String name, Path data, List<String> jvmOptions, List<String> nodeOptions, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(data);
        Path log = data.resolveSibling(data.getFileName() + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "node"));
        command.addAll(List.of("--data", data.toString()));
        command.addAll(nodeOptions);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = builder.start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("port=")) {
                return new NodeProcess(name, process, log, Integer.parseInt(line.substring(5)));
            }
        }
        process.destroyForcibly();
        throw new IOException(name + " did not start:\n" + Files.readString(log));
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** Standard error of the node: its log. */
    public Path log() {
        return log;
    }

    /** Gives a command, see {@link Commands}, and waits for the answer. */
    public Reply ask(String command) {
        try {
            out.println(command);
            String line = in.readLine();
            if (line == null) {
                throw new IOException("it is gone");
            }
            return Reply.parse(line);
        } catch (IOException e) {
            throw new IllegalStateException(name + " does not answer " + command + ": " + e.getMessage(), e);
        }
    }

    /** Ends the JVM as a power failure would. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Stops the node in good order; returns the exit status of its JVM. */
    public int stop() {
        ask("stop");
        await();
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    private void await() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " (process " + pid() + ") has not ended after " + STOP_SECONDS
                        + " s, see " + log + File.separator);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
