// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A JVM of the benchmark. It reads {@link Commands}, a line each, and answers each with a line: {@code ok} and numbers,
 * or {@code error} and a text. It ends with {@code stop}, or with its input: so it does not outlive who started it.
 */
public final class Node {
    private Node() {}

    /** Runs until it is told to stop; what is measured is {@code native}, {@code hazelcast} or {@code shared}. */
    public static void run(String kind, Path data) throws IOException {
        PrintStream answers = System.out;
        // what libraries print must not come between the answers
        System.setOut(System.err);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Program node = kind.equals("shared") ? new SharedNode(data) : new Commands(Contender.of(kind, data))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                if (line.equals("stop")) {
                    break;
                }
                answers.println(answer(node, line));
            }
        }
        answers.println("ok");
    }

    private static String answer(Program node, String line) {
        try {
            String numbers = LongStream.of(node.execute(line.split(" ")))
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining(" "));
            return "ok " + numbers;
        } catch (Exception e) {
            e.printStackTrace();
            return "error " + String.valueOf(e).replace('\n', ' ');
        }
    }
}
