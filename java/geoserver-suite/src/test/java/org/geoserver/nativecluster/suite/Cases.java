// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Prints a line for each case as it ends, and what the nodes said in one that failed; ends the nodes at the end. */
public final class Cases implements BeforeAllCallback, BeforeEachCallback, AfterTestExecutionCallback, TestWatcher {
    /** Most log lines of a node that are printed for a case. */
    private static final int MAX_LINES = 40;

    private static final int MAX_WIDTH = 400;

    private final Map<Node, Long> logEnds = new HashMap<>();
    private long started;
    private long took;

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent(Closer.class, key -> new Closer(), Closer.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        logEnds.clear();
        for (Node node : Suite.nodes()) {
            logEnds.put(node, node.log().end());
        }
        started = System.nanoTime();
        took = 0;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        took = System.nanoTime() - started;
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        print("passed", context);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        print("FAILED", context);
        System.out.println("        " + cause);
        for (Node node : Suite.nodes()) {
            printLog(node);
        }
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        print("not run", context);
        System.out.println("        " + cause.getMessage());
    }

    private void print(String verdict, ExtensionContext context) {
        System.out.printf("%-8s%6.1f s  %s%n", verdict, took / 1e9, context.getDisplayName());
    }

    private void printLog(Node node) {
        try {
            List<String> lines = node.log().relevant(logEnds.getOrDefault(node, 0L));
            System.out.println("        " + node + " (" + node.log().file() + "):" + (lines.isEmpty() ? " nothing" : ""));
            lines.stream()
                    .skip(Math.max(0, lines.size() - MAX_LINES))
                    .map(line -> line.length() > MAX_WIDTH ? line.substring(0, MAX_WIDTH) + "…" : line)
                    .forEach(line -> System.out.println("        | " + line));
        } catch (IOException e) {
            System.out.println("        " + node + ": its log cannot be read: " + e);
        }
    }

    private static final class Closer implements AutoCloseable {
        private final long began = System.nanoTime();

        @Override
        public void close() throws IOException {
            Suite.close();
            System.out.printf("All cases took %.0f s%n", (System.nanoTime() - began) / 1e9);
        }
    }
}
