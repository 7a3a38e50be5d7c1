// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM with a member of a cluster in it, told what to do over its standard input. */
final class NodeProcess implements AutoCloseable {
    /** What GeoServer's documentation calls small. */
    private static final String HEAP = "-Xmx512m";

    /** What Hazelcast's documentation recommends for Java 9 and later. */
    private static final List<String> OPEN_MODULES = List.of(
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    /** Longer than any bound of a node's own. */
    private static final long ANSWER_SECONDS = 120;

    private static final long END_SECONDS = 60;
    private static final int LAST_LINES = 40;

    private final String name;
    private final Process process;
    private final Path log;
    private final PrintWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    /**
     * Starts the JVM; the member is started by a command.
     *
     * @param kind native or hazelcast
     * @param prefix a command that starts the JVM somewhere, such as in a network namespace
     */
    NodeProcess(String kind, Path data, String classPath, List<String> prefix, List<String> jvmOptions)
            throws IOException {
        this.name = data.getFileName().toString();
        this.log = data.resolveSibling(name + ".log");
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(HEAP);
        command.addAll(jvmOptions);
        command.addAll(OPEN_MODULES);
        command.addAll(List.of("-cp", classPath, Main.class.getName(), "node", kind, data.toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread thread = new Thread(this::read, "answers of " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(answers::add);
        } catch (IOException | RuntimeException e) {
            answers.add("error " + e);
        }
        answers.add("error it has ended");
    }

    /** Gives a command; {@link #answer} waits for what it gave. */
    void tell(Object... words) {
        commands.println(Stream.of(words).map(String::valueOf).reduce((left, right) -> left + " " + right).get());
    }

    long[] answer() {
        String line;
        try {
            line = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (line == null || !line.startsWith("ok")) {
            throw new IllegalStateException(name + ": " + (line == null ? "no answer" : line) + lastOfLog());
        }
        return Stream.of(line.substring(2).trim().split(" "))
                .filter(word -> !word.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }

    long[] ask(Object... words) {
        tell(words);
        return answer();
    }

    private String lastOfLog() {
        try {
            List<String> lines = Files.readAllLines(log);
            return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return " (no log: " + e + ")";
        }
    }

    /** Lets the member leave in good order, without waiting for it. */
    void leave() {
        commands.println("stop");
    }

    /** Sends SIGKILL, without waiting for the end. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for the end of the JVM. */
    void join() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " does not end" + lastOfLog());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
