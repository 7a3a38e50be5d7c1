// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes hazelcast.xml files that keep a cluster on this machine and apart from every other. */
public final class Hazelcast {
    /** Of the file, on loopback only; several clusters may use the same. */
    private static final int PORT = 5701;

    private Hazelcast() {}

    /** A cluster of its own, found by multicast on the loopback interface. */
    public static void multicast(Path data, String clusterName) throws IOException {
        write(data, clusterName, "<multicast enabled=\"true\"><multicast-time-to-live>0</multicast-time-to-live></multicast>");
    }

    /** A cluster that finds nobody: a node by itself. */
    public static void alone(Path data, String clusterName) throws IOException {
        write(data, clusterName, "<multicast enabled=\"false\"/><tcp-ip enabled=\"false\"/>");
    }

    private static void write(Path data, String clusterName, String join) throws IOException {
        Files.createDirectories(data);
        Files.writeString(
                data.resolve("hazelcast.xml"),
                "<hazelcast xmlns=\"http://www.hazelcast.com/schema/config\">\n"
                        + "  <cluster-name>" + clusterName + "</cluster-name>\n"
                        + "  <network>\n"
                        + "    <port auto-increment=\"true\" port-count=\"1000\">" + PORT + "</port>\n"
                        + "    <interfaces enabled=\"true\"><interface>127.0.0.1</interface></interfaces>\n"
                        + "    <join>" + join + "</join>\n"
                        + "  </network>\n"
                        + "  <map name=\"wpsExecutionStatusMap\"/>\n"
                        + "</hazelcast>\n");
    }
}
