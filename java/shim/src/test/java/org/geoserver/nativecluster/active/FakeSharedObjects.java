// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/**
 * The shared objects of one node, without a network: nodes of one {@link Cloud} see each other's writes at once, unless they are cut
 * off from each other. It decides as the native side does, by what is here now, what was last agreed on, and what the cluster
 * says. Of files it knows nothing. Tests look at it while a replicator works with it.
 */
public final class FakeSharedObjects implements SharedObjects {
    /** What is between the nodes. */
    public static final class Cloud {
        private final List<FakeSharedObjects> nodes = new CopyOnWriteArrayList<>();
        private final List<Conflict> conflicts = new CopyOnWriteArrayList<>();
        private final Map<String, Content> lost = new ConcurrentHashMap<>();
        private final AtomicLong stamp = new AtomicLong();
        private volatile boolean cut;

        /** Each node is alone from now on. */
        public void cut() {
            cut = true;
        }

        /** All nodes see each other again: of each object, the version that was written last. */
        public void mend() {
            cut = false;
            for (FakeSharedObjects node : nodes) {
                node.versions.forEach((key, version) -> nodes.forEach(other -> other.receive(key, version)));
            }
        }
    }

    /** Null as content: removed. */
    private record Version(long stamp, Content content, String node) {}

    /** What was here, and what the cluster said, when the node last agreed on it. */
    private record Agreed(byte[] cluster, byte[] local) {}

    private static final Agreed NOTHING = new Agreed(null, null);

    private final Cloud cloud;
    private final String name;

    /** What the cluster says, as far as this node knows. */
    private final Map<String, Version> versions = new ConcurrentSkipListMap<>();

    private final Map<String, Agreed> ledger = new LinkedHashMap<>();
    private final Set<String> compared = new HashSet<>();

    /** What was to be applied, by key and token. */
    private final Map<String, Version> given = new HashMap<>();

    /** What was agreed on of what a comparison found missing and nobody has told of since. */
    private final Map<String, Agreed> missing = new LinkedHashMap<>();

    final Map<String, String> failed = new ConcurrentHashMap<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    final AtomicInteger looks = new AtomicInteger();
    Standing standing = Standing.MEMBER;
    boolean readOnly;

    /** Whether all nodes have one data directory. */
    boolean sameDirectory;

    public FakeSharedObjects(Cloud cloud, String name) {
        this.cloud = cloud;
        this.name = name;
        cloud.nodes.forEach(other -> other.versions.forEach(this::receive));
        cloud.nodes.add(this);
    }

    private void receive(String key, Version version) {
        versions.merge(key, version, (one, other) -> one.stamp > other.stamp ? one : other);
    }

    @Override
    public Standing join(Policy policy, boolean pristine) {
        return standing;
    }

    private static byte[] bytes(Content content) {
        return content == null ? null : content.bytes();
    }

    private void agree(String key, byte[] said, Content local) {
        missing.remove(key);
        ledger.put(key, new Agreed(said, bytes(local)));
    }

    private byte[] said(String key) {
        return bytes(content(key));
    }

    private Agreed agreed(String key) {
        return ledger.getOrDefault(key, NOTHING);
    }

    private boolean isPending(String key) {
        return !Arrays.equals(agreed(key).cluster, said(key));
    }

    private Outcome publish(String key, Content content) {
        Version version = new Version(cloud.stamp.incrementAndGet(), content, name);
        agree(key, bytes(content), content);
        told.add((content == null ? "-" : "+") + key);
        // last, for tests wait for it and then look at what was told
        if (cloud.cut) {
            receive(key, version);
        } else {
            cloud.nodes.forEach(node -> node.receive(key, version));
        }
        return Outcome.PUBLISHED;
    }

    private Outcome leave(String key) {
        return isPending(key) ? Outcome.PENDING : Outcome.SAME;
    }

    @Override
    public Outcome compare(String key, Content content) {
        compared.add(key);
        Version version = versions.get(key);
        byte[] here = content.bytes();
        if (Arrays.equals(here, said(key))) {
            agree(key, here, content);
            return Outcome.SAME;
        } else if (ledger.containsKey(key) && Arrays.equals(agreed(key).local, here)) {
            return leave(key);
        } else if (ledger.containsKey(key) ? !isPending(key) : version == null) {
            return publish(key, content);
        }
        boolean later = version != null
                && version.content != null
                && content.modified() > version.content.modified();
        lose(key, later ? version.content : content);
        if (later) {
            return publish(key, content);
        }
        agree(key, here, content);
        return Outcome.PENDING;
    }

    private void lose(String key, Content content) {
        if (content != null) {
            String id = "conflict" + cloud.conflicts.size();
            cloud.conflicts.add(new Conflict(id, key, name, 0, "both were changed"));
            cloud.lost.put(id, content);
        }
    }

    @Override
    public void compared(List<String> prefixes) {
        for (String key : List.copyOf(ledger.keySet())) {
            Agreed before = ledger.get(key);
            boolean isMissing = !compared.contains(key) && prefixes.stream().anyMatch(key::startsWith);
            if (isMissing && before.local != null) {
                ledger.put(key, NOTHING);
                if (isPending(key)) {
                    missing.put(key, before);
                }
            }
        }
        compared.clear();
    }

    @Override
    public Outcome put(String key, Content content) {
        if (!compared.isEmpty()) {
            compared.add(key);
        }
        Agreed agreed = isPending(key) ? missing.getOrDefault(key, agreed(key)) : agreed(key);
        byte[] here = bytes(content);
        if (Arrays.equals(here, said(key))) {
            agree(key, here, content);
            return Outcome.SAME;
        } else if (Arrays.equals(here, agreed.local)) {
            return Outcome.SAME;
        } else if (readOnly) {
            agree(key, here, content);
            return Outcome.READ_ONLY;
        }
        if (!Arrays.equals(agreed.cluster, said(key))) {
            lose(key, content(key));
        }
        return publish(key, content);
    }

    @Override
    public void derived(String key, Content content) {
        agree(key, agreed(key).cluster, content);
        told.add("~" + key);
    }

    @Override
    public List<Pending> pending(int max) {
        looks.incrementAndGet();
        Set<String> keys = new TreeSet<>(versions.keySet());
        keys.addAll(ledger.keySet());
        List<Pending> pending = new ArrayList<>();
        for (String key : keys) {
            if (isPending(key) && pending.size() < max) {
                Version version = versions.getOrDefault(key, new Version(0, null, null));
                given.put(key, version);
                pending.add(new Pending(key, version.stamp, version.content, -1, version.node, sameDirectory, version.stamp));
            }
        }
        return pending;
    }

    @Override
    public void applied(String key, long token, Content local) {
        Version version = given.get(key);
        agree(key, version == null || version.stamp != token ? bytes(local) : bytes(version.content), local);
        failed.remove(key);
    }

    @Override
    public void failed(String key, long token, String reason) {
        failed.put(key, reason);
    }

    @Override
    public Content content(String key) {
        Version version = versions.get(key);
        return version == null ? null : version.content;
    }

    @Override
    public List<String> keys(String prefix) {
        return versions.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix) && entry.getValue().content != null)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public List<Conflict> conflicts() {
        return List.copyOf(cloud.conflicts);
    }

    @Override
    public Content conflict(String id) {
        return cloud.lost.get(id);
    }

    @Override
    public void lost(String key, String loser, Content content) {
        lose(key, content);
    }

    @Override
    public boolean dropConflict(String id) {
        cloud.lost.remove(id);
        return cloud.conflicts.removeIf(conflict -> conflict.id().equals(id));
    }

    @Override
    public Outcome compareFile(String key, Path file) {
        throw new UnsupportedOperationException("files");
    }

    @Override
    public Outcome putFile(String key, Path file) {
        throw new UnsupportedOperationException("files");
    }

    @Override
    public void derivedFile(String key, Path file) {
        throw new UnsupportedOperationException("files");
    }

    @Override
    public void appliedFile(String key, long token, Path file) {
        throw new UnsupportedOperationException("files");
    }

    @Override
    public boolean fetch(String key, long token, Path target, long silenceMillis) {
        throw new UnsupportedOperationException("files");
    }
}
