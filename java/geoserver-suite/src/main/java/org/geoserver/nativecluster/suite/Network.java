// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * What keeps the clusters of this run apart from whatever else runs on the machine: all of it is on loopback, under names
 * and ports of its own.
 *
 * @param clusterName a name that no other run has
 * @param secret a secret that no other run has
 * @param firstPort the first TCP port that nodes try
 * @param multicastPort the UDP port of the beacon
 */
public record Network(String clusterName, String secret, int firstPort, int multicastPort) {
    /** How many ports nodes try from the first on. */
    private static final int PORTS = 20;

    /** Below the ports that Linux gives to outgoing connections, and above the well-known ones. */
    private static final int LOWEST = 12_000;

    private static final int RANGE = 18_000;

    /** A network for one run. */
    public static Network random() {
        Random random = new SecureRandom();
        byte[] secret = new byte[16];
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(secret);
        return new Network(
                "suite-" + hex.substring(0, 8), hex, LOWEST + random.nextInt(RANGE), LOWEST + random.nextInt(RANGE));
    }

    /** The same network with another secret. */
    public Network withSecret(String other) {
        return new Network(clusterName, other, firstPort, multicastPort);
    }

    /** A hazelcast.xml in the form of Hazelcast 5, by which nodes find each other by multicast. */
    public String multicastXml() {
        return xml(
                "<cluster-name>" + clusterName + "</cluster-name>",
                "<property name=\"geoserver.cluster.secret\">" + secret + "</property>",
                multicast());
    }

    /** A hazelcast.xml in the form of Hazelcast 3, by which nodes find each other by a list. */
    public String listXml() {
        return xml(group(), "", "<multicast enabled=\"false\"/>" + list());
    }

    /** A hazelcast.xml by which nodes find each other in both ways. */
    public String bothXml() {
        return xml(group(), "", multicast() + list());
    }

    /**
     * A hazelcast.xml by which a node finds others at these addresses.
     *
     * @param port on which it listens
     * @param publicAddress at which others reach it
     */
    public String memberXml(int port, String publicAddress, List<String> members) {
        String ports = "<public-address>" + publicAddress + "</public-address><port auto-increment=\"false\">" + port + "</port>";
        String list = members.stream().map(member -> "<member>" + member + "</member>").collect(Collectors.joining());
        String join = "<multicast enabled=\"false\"/><tcp-ip enabled=\"true\">" + list + "</tcp-ip>";
        return xml(group(), "", ports, join);
    }

    private String group() {
        return "<group><name>" + clusterName + "</name><password>" + secret + "</password></group>";
    }

    private String multicast() {
        return "<multicast enabled=\"true\"><multicast-group>224.2.2.3</multicast-group><multicast-port>" + multicastPort
                + "</multicast-port></multicast>";
    }

    private static String list() {
        return "<tcp-ip enabled=\"true\"><member>127.0.0.1</member></tcp-ip>";
    }

    private String xml(String identity, String properties, String join) {
        String ports = "<port auto-increment=\"true\" port-count=\"" + PORTS + "\">" + firstPort + "</port>";
        return xml(identity, properties, ports, join);
    }

    private static String xml(String identity, String properties, String ports, String join) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <hazelcast xmlns="http://www.hazelcast.com/schema/config">
                  %s
                  <properties>
                    %s
                    <property name="geoserver.cluster.orphan-grace-seconds">2</property>
                  </properties>
                  <network>
                    %s
                    <join>%s</join>
                    <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
                  </network>
                  <map name="wpsExecutionStatusMap"/>
                </hazelcast>
                """
                .formatted(identity, properties, ports, join);
    }
}
