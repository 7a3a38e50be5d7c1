// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.util.Arrays;

/** The commands of the embedded host. */
public final class Main {
    private static final String USAGE =
            """
            run --zip FILE [--keep]   three nodes from the finished zip share processes and lose one of them
            smoke --zip FILE          two nodes in this JVM answer for each other's processes
            node --data DIR [--stay]  one node, told what to do on a port of the loopback interface
            All take --shim CLASSPATH instead of --zip FILE.""";

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        Arguments arguments = Arguments.of(args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length));
        try {
            switch (args.length == 0 ? "" : args[0]) {
                case "run":
                    return Demo.run(arguments);
                case "smoke":
                    return Smoke.run(arguments);
                case "node":
                    return Node.run(arguments);
                default:
                    System.err.println(USAGE);
                    return 2;
            }
        } catch (Exception e) {
            e.printStackTrace();
            System.err.println(args[0] + " failed: " + e.getMessage());
            return 1;
        }
    }
}
