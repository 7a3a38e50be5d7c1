// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What a node, its container and its JVM wrote: one file over all starts of the node. */
public final class NodeLog {
    private static final Predicate<String> OURS =
            Pattern.compile("\\[org\\.geoserver\\.nativecluster").asPredicate();

    private static final Predicate<String> OWN_TROUBLE =
            Pattern.compile("\\b(WARN|ERROR|FATAL) +\\[org\\.geoserver\\.nativecluster").asPredicate();

    private static final Predicate<String> ERRORS =
            Pattern.compile("\\b(ERROR|SEVERE|FATAL)\\b|^(Caused by: )?[a-z].*(Exception|Error)\\b").asPredicate();

    /** What GeoServer leaves behind when it stops, with or without the module. */
    private static final Predicate<String> NOISE =
            Pattern.compile("created a ThreadLocal with key|accepts all SSL certificates").asPredicate();

    /** What -Xcheck:jni writes. */
    private static final Predicate<String> JNI =
            Pattern.compile("WARNING in native method|FATAL ERROR in native").asPredicate();

    private static final String PROFILE = "SUITE_LOGGING";

    private final Path file;

    NodeLog(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    ProcessBuilder.Redirect appendTo() {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /**
     * Lets GeoServer log as it does by default, but with the loggers' full names: its own pattern shortens them, so that
     * one cannot tell whose they are.
     */
    static void configure(Webapp webapp, Path data) throws IOException {
        String profile = defaultProfile(webapp).replace("%logger{2}", "%logger");
        Files.createDirectories(data.resolve("logs"));
        Files.writeString(data.resolve("logs").resolve(PROFILE + ".xml"), profile);
        Files.writeString(
                data.resolve("logging.xml"),
                "<logging><level>" + PROFILE + "</level><location>logs/geoserver.log</location>"
                        + "<stdOutLogging>true</stdOutLogging></logging>\n");
    }

    private static String defaultProfile(Webapp webapp) throws IOException {
        for (Path jar : webapp.jars()) {
            if (jar.getFileName().toString().startsWith("gs-main-")) {
                try (ZipFile zip = new ZipFile(jar.toFile())) {
                    ZipEntry entry = zip.getEntry("DEFAULT_LOGGING.xml");
                    try (InputStream in = zip.getInputStream(entry)) {
                        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    }
                }
            }
        }
        throw new IOException(webapp.lib() + " has no gs-main");
    }

    /** Where the log ends now, for {@link #since}. */
    public long end() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** The lines that were written after a position. */
    public List<String> since(long position) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        byte[] all = Files.readAllBytes(file);
        String text = new String(all, (int) position, all.length - (int) position, StandardCharsets.UTF_8);
        return text.lines().collect(Collectors.toList());
    }

    /** Warnings and errors of this project after a position, and complaints of -Xcheck:jni. */
    public List<String> ownTrouble(long position) throws IOException {
        return since(position).stream().filter(OWN_TROUBLE.or(JNI)).collect(Collectors.toList());
    }

    /** What helps to see why a case failed: lines of this project, and everybody's errors. */
    public List<String> relevant(long position) throws IOException {
        Predicate<String> relevant = OURS.or(ERRORS.and(NOISE.negate())).or(JNI);
        return since(position).stream().filter(relevant).collect(Collectors.toList());
    }
}
