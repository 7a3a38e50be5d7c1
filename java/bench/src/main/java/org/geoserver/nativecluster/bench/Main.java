// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.geoserver.nativecluster.bench.node.Node;

/** The commands of the benchmark. */
public final class Main {
    private static final String USAGE =
            """
            wps --zip FILE [--json FILE] [--quick]   the finished zip beside Hazelcast, through the API that GeoServer calls
                --shim CLASSPATH                     instead of --zip: classes of the shim and the library's folder
                --only SCENARIO,...                  of starts, latencies, survival, link
                --keep                               the nodes' data and logs
            active --zip FILE --webapp DIR --containers DIR [--json FILE] [--quick]
                                                     the finished zip in a real GeoServer, beside figures of JMS clustering
                --only SCENARIO,...                  of core, edits, trouble, start
                --layers N                           how many layers a GeoServer starts with: 10,000""";

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(Arrays.asList(args)));
    }

    private static int run(List<String> args) {
        for (String word : args) {
            if (word.startsWith("--") && !Pattern.compile(Pattern.quote(word) + "\\b").matcher(USAGE).find()) {
                System.err.println("Unknown: " + word + System.lineSeparator() + USAGE);
                return 2;
            }
        }
        try {
            switch (args.isEmpty() ? "" : args.get(0)) {
                case "wps":
                    return new WpsBench(new Options(args)).run() ? 0 : 1;
                case "active":
                    return new ActiveBench(new Options(args)).run() ? 0 : 1;
                case "node":
                    Node.run(args.get(1), Path.of(args.get(2)));
                    return 0;
                default:
                    System.err.println(USAGE);
                    return 2;
            }
        } catch (Exception e) {
            System.err.println("The benchmark failed: " + e.getMessage());
            e.printStackTrace();
            return 1;
        }
    }
}
