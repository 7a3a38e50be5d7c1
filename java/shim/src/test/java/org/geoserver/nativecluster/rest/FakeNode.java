// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.nativecluster.wps.ClusterNode;

/** A member of a cluster in memory, which hands commands to the others. */
final class FakeNode extends Cluster implements ClusterNode {
    /** How long a reply is waited for, whatever the caller would: nobody who answers needs so long. */
    private static final long REPLY_SECONDS = 10;

    private final String name;
    private final Map<String, FakeNode> cluster;
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();

    /** A member that hears nothing. */
    volatile boolean silent;

    private FakeNode(String name, Map<String, FakeNode> cluster) {
        super(0);
        this.name = name;
        this.cluster = cluster;
    }

    static List<FakeNode> cluster(String... names) {
        Map<String, FakeNode> cluster = new LinkedHashMap<>();
        for (String name : names) {
            cluster.put("id-of-" + name, new FakeNode(name, cluster));
        }
        return new ArrayList<>(cluster.values());
    }

    @Override
    public String status() {
        String members = cluster.values().stream()
                .map(member -> "{\"id\":\"id-of-" + member.name + "\",\"name\":\"" + member.name + "\",\"self\":"
                        + (member == this) + "}")
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"name\":\"" + name + "\",\"members\":" + members + "}";
    }

    @Override
    public byte[] request(String memberId, byte[] payload, long timeoutMillis) {
        FakeNode member = cluster.get(memberId);
        if (member.silent) {
            return null;
        }
        CompletableFuture<byte[]> reply = new CompletableFuture<>();
        member.waiting.put("request", reply);
        member.listeners.forEach(listener -> listener.accept(new Event.Request("request", name, payload)));
        try {
            return reply.get(REPLY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new ClusterException("IO", "No reply: " + e);
        }
    }

    @Override
    public void reply(String requestId, byte[] payload) {
        waiting.remove(requestId).complete(payload);
    }

    @Override
    public Cluster cluster() {
        return this;
    }

    @Override
    public String memberId() {
        return "id-of-" + name;
    }

    @Override
    public boolean isUp(String memberId) {
        return cluster.containsKey(memberId);
    }

    @Override
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }
}
