// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own: a namespace for each member, and one with a switch that they are plugged into. A plug that is
 * pulled out of the switch is a link that is cut without a word: no member's interface goes down.
 */
final class Namespaces implements Members.Lan, AutoCloseable {
    private final String name = "gsbench" + ProcessHandle.current().pid();
    private final String hub = name + "-switch";
    private final List<String> made = new ArrayList<>();

    static boolean arePossible() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
                && (Files.exists(Path.of("/usr/sbin/ip")) || Files.exists(Path.of("/sbin/ip")));
    }

    Namespaces(int members) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        try {
            make(hub);
            ip("-n", hub, "link", "add", "hub", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0");
            ip("-n", hub, "link", "set", "hub", "up");
            for (int member = 0; member < members; member++) {
                plug(member);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void plug(int member) throws IOException {
        String own = own(member);
        make(own);
        ip("-n", own, "link", "add", "eth0", "type", "veth", "peer", "name", port(member), "netns", hub);
        ip("-n", own, "link", "set", "lo", "up");
        ip("-n", own, "addr", "add", address(member) + "/24", "dev", "eth0");
        ip("-n", own, "link", "set", "eth0", "up");
        ip("-n", own, "route", "add", "default", "dev", "eth0");
        ip("-n", hub, "link", "set", port(member), "up");
        heal(member);
    }

    private void make(String namespace) throws IOException {
        ip("netns", "add", namespace);
        made.add(namespace);
    }

    private String own(int member) {
        return name + "-" + member;
    }

    private static String port(int member) {
        return "port" + member;
    }

    @Override
    public String address(int member) {
        return "10.77.0." + (member + 1);
    }

    @Override
    public List<String> prefix(int member) {
        return List.of("ip", "netns", "exec", own(member));
    }

    void cut(int member) throws IOException {
        ip("-n", hub, "link", "set", port(member), "nomaster");
    }

    void heal(int member) throws IOException {
        ip("-n", hub, "link", "set", port(member), "master", "hub");
    }

    private static void ip(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.trim());
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public synchronized void close() {
        for (String namespace : made) {
            try {
                ip("netns", "del", namespace);
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        }
        made.clear();
    }
}
