// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geoserver.nativecluster.suite.container.Container;

/** A GeoServer in a JVM of its own, with its own web application and data directory. */
public final class Node implements AutoCloseable {
    /** Bound of a start or a deployment: 20 s on a quiet machine, two minutes and more where others build beside it. */
    public static final Duration START = Duration.ofMinutes(10);

    private static final Duration STOP = Duration.ofSeconds(60);
    private static final Duration REQUEST = Duration.ofSeconds(120);
    private static final String ADMIN = "admin:geoserver";

    /** What GeoServer's manual asks for on Java 17 and later. */
    private static final List<String> OPEN = List.of(
            "--add-exports=java.desktop/sun.awt.image=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.text=ALL-UNNAMED",
            "--add-opens=java.desktop/java.awt.font=ALL-UNNAMED",
            "--add-opens=java.desktop/sun.awt.image=ALL-UNNAMED",
            "--add-opens=java.desktop/sun.java2d.pipe=ALL-UNNAMED",
            "--add-opens=java.naming/com.sun.jndi.ldap=ALL-UNNAMED");

    private static final String END = "end of output";

    private final String name;
    private final Path folder;
    private final Path data;
    private final Webapp webapp;
    private final Setup setup;
    private final NodeLog log;
    private final Map<String, String> properties = new TreeMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Process process;
    private BlockingQueue<String> answers;
    private BufferedWriter commands;
    private int port;
    private int undeployments;

    /**
     * A node with a data directory of its own, ready for the cases of WPS.
     *
     * @param name for messages
     * @param folder for all its files
     * @param setup what all nodes have in common
     */
    public Node(String name, Path folder, Setup setup) throws IOException {
        this(name, folder, setup, folder.resolve("data"));
        Files.writeString(data.resolve("wps.xml"), Setup.WPS_XML);
    }

    /**
     * A node.
     *
     * @param name for messages
     * @param folder for all its files but those in the data directory
     * @param setup what all nodes have in common
     * @param data the data directory, which other nodes may have too
     */
    public Node(String name, Path folder, Setup setup, Path data) throws IOException {
        this.name = name;
        this.folder = Files.createDirectories(folder);
        this.data = data;
        this.setup = setup;
        this.webapp = setup.webapp().copyTo(folder.resolve("webapp"));
        this.log = new NodeLog(folder.resolve("node.log"));
        Files.createDirectories(folder.resolve("container"));
        Files.createDirectories(temporary());
        Files.createDirectories(data);
        NodeLog.configure(webapp, data);
    }

    public String name() {
        return name;
    }

    public Webapp webapp() {
        return webapp;
    }

    /** The data directory. */
    public Path data() {
        return data;
    }

    /** Sets a system property for the next start of the JVM; null unsets it. */
    public Node with(String property, String value) {
        if (value == null) {
            properties.remove(property);
        } else {
            properties.put(property, value);
        }
        return this;
    }

    /** The JVM's directory for temporary files. */
    public Path temporary() {
        return folder.resolve("tmp");
    }

    /** The WPS files that the node has of an execution. */
    public List<String> wpsFiles(String executionId) throws IOException {
        Path files = data().resolve("temp/wps").resolve(executionId);
        if (!Files.exists(files)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(files)) {
            return found.filter(Files::isRegularFile).map(Path::toString).collect(Collectors.toList());
        }
    }

    /** What the node and its container wrote. */
    public NodeLog log() {
        return log;
    }

    /** Writes the hazelcast.xml that the next start or deployment reads. */
    public void configure(String hazelcastXml) throws IOException {
        Files.writeString(data().resolve("hazelcast.xml"), hazelcastXml);
    }

    /** Starts the JVM; {@link #awaitReady} waits until GeoServer answers. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(setup.java(), "-Xmx768m", "-XX:+DisplayVMOutputToStderr"));
        command.addAll(setup.options());
        command.addAll(OPEN);
        properties.forEach((property, value) -> command.add("-D" + property + "=" + value));
        command.addAll(List.of(
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary(),
                "-DGEOSERVER_DATA_DIR=" + data(),
                "-cp",
                setup.containerPath(),
                Container.class.getName(),
                folder.resolve("container").toString(),
                webapp.folder().toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.appendTo());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("GEOSERVER_"));
        process = builder.start();
        answers = new LinkedBlockingQueue<>();
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        readAnswers(process, answers);
    }

    private static void readAnswers(Process process, BlockingQueue<String> answers) {
        Thread reader = new Thread(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(answers::add);
            } catch (IOException | UncheckedIOException e) {
                // the process was killed
            }
            answers.add(END);
        });
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits until GeoServer answers, and prepares it for the cases of WPS. */
    public Node awaitReady() {
        awaitUp();
        Setup.prepare(this);
        return this;
    }

    /** Waits until GeoServer answers. */
    public Node awaitUp() {
        port = Integer.parseInt(answer("port", START));
        Await.until(name + " answers", START, () -> {
            Answer status = get("rest/about/status.json");
            return status.code() == 200 ? null : status.toString();
        });
        return this;
    }

    /** Stops the web application, in the JVM that goes on. */
    public void undeploy() {
        command("undeploy");
        answer("undeployed", STOP);
        undeployments++;
    }

    /** Starts the web application again, in a class loader of its own, and waits until GeoServer answers. */
    public void deploy() {
        command("deploy");
        answer("deployed", START);
        Await.until(name + " answers", START, () -> {
            Answer status = get("rest/about/status.json");
            return status.code() == 200 ? null : status.toString();
        });
    }

    /** Sets a system property for the next deployment. */
    public void set(String property, String value) {
        command("set " + property + " " + value);
        answer("set", STOP);
    }

    /** Unsets a system property. */
    public void clear(String property) {
        command("clear " + property);
        answer("cleared", STOP);
    }

    /** How often the web application was undeployed in this JVM. */
    public int undeployments() {
        return undeployments;
    }

    /** How many class loaders of earlier deployments the collector cannot free. */
    public int keptLoaders() {
        command("loaders");
        return Integer.parseInt(answer("loaders", START));
    }

    /** Names of the threads of the native library that run in the node's JVM. */
    public List<String> nativeThreads() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                names.add(Files.readString(thread.resolve("comm")).strip());
            }
        }
        names.removeIf(name -> !name.startsWith("gs-"));
        return names;
    }

    /** Stops GeoServer in good order. */
    public void stop() {
        command("exit");
        answer("ended", STOP);
        awaitEnd();
    }

    /** Ends the JVM as a power failure would. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** What all its threads have had of the processors, in steps of ten milliseconds. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Stops the JVM's threads where they are, with all connections open, until {@link #thaw}. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a frozen JVM go on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
            if (status != 0) {
                throw new AssertionError("kill -" + signal + " of " + name + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while " + name + " got its signal", e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while " + name + " ends", e);
        }
    }

    /** Where GeoServer answers. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port + "/geoserver/");
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    @Override
    public void close() {
        if (isRunning()) {
            kill();
        }
    }

    private void command(String line) {
        try {
            commands.write(line);
            commands.newLine();
            commands.flush();
        } catch (IOException e) {
            throw new AssertionError(name + " does not take commands", e);
        }
    }

    /** What follows the word in the container's next answer. */
    private String answer(String word, Duration limit) {
        String line;
        try {
            line = answers.poll(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while " + name + " works", e);
        }
        if (line == null || !line.startsWith(word)) {
            throw new AssertionError(name + " did not say \"" + word + "\" within " + limit.toSeconds() + " s, but "
                    + line + "; see " + log.file());
        }
        return line.substring(word.length()).strip();
    }

    /** Gets a path below /geoserver as administrator. */
    public Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET(), ADMIN);
    }

    /** Posts XML to a path below /geoserver as administrator. */
    public Answer post(String path, String xml) throws IOException, InterruptedException {
        return post(path, xml, ADMIN);
    }

    /**
     * Posts XML to a path below /geoserver.
     *
     * @param login name and password with a colon between, or null
     */
    public Answer post(String path, String xml, String login) throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/xml")
                        .POST(HttpRequest.BodyPublishers.ofString(xml)),
                login);
    }

    /**
     * Sends a request to a path below /geoserver as administrator.
     *
     * @param type the content type; null: there is no content
     */
    public Answer send(String method, String path, String type, byte[] content) throws IOException, InterruptedException {
        return send(method, path, type, content, ADMIN);
    }

    /**
     * Sends a request to a path below /geoserver.
     *
     * @param type the content type; null: there is no content
     * @param login name and password with a colon between, or null
     */
    public Answer send(String method, String path, String type, byte[] content, String login)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (type == null) {
            return send(request.method(method, HttpRequest.BodyPublishers.noBody()), login);
        }
        return send(
                request.header("Content-Type", type).method(method, HttpRequest.BodyPublishers.ofByteArray(content)),
                login);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address() + path)).timeout(REQUEST);
    }

    private Answer send(HttpRequest.Builder request, String login) throws IOException, InterruptedException {
        if (login != null) {
            byte[] credentials = login.getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        }
        HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        String type = response.headers().firstValue("Content-Type").orElse("");
        return new Answer(response.statusCode(), type, response.body());
    }

    @Override
    public String toString() {
        return name;
    }
}
