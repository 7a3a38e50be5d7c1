// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.geoserver.nativecluster.nativelib.SharedObjects;

/**
 * The shared objects of one node, without a network: nodes of one {@link Cloud} see each other's writes at once. It decides as
 * the native side does, by what is here now, what was last agreed on, and what the cluster says. Of files it knows nothing.
 * Tests look at it while a replicator works with it.
 */
final class FakeSharedObjects implements SharedObjects {
    /** What the cluster says. */
    static final class Cloud {
        private final Map<String, Version> versions = new ConcurrentSkipListMap<>();
        private final List<Conflict> conflicts = new CopyOnWriteArrayList<>();
        private final Map<String, Content> lost = new ConcurrentHashMap<>();
        private final AtomicLong stamp = new AtomicLong();
    }

    /** Null as content: removed. */
    private record Version(long stamp, Content content, String node) {}

    /** What was here when the node last agreed on a version. */
    private record Agreed(long stamp, byte[] local) {}

    private final Cloud cloud;
    private final String name;
    private final Map<String, Agreed> ledger = new LinkedHashMap<>();
    private final Set<String> compared = new HashSet<>();

    /** What was agreed on of what a comparison found missing and nobody has told of since. */
    private final Map<String, Agreed> missing = new LinkedHashMap<>();

    final Map<String, String> failed = new ConcurrentHashMap<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    final AtomicInteger looks = new AtomicInteger();
    Standing standing = Standing.MEMBER;
    boolean readOnly;

    /** Whether all nodes have one data directory. */
    boolean sameDirectory;

    FakeSharedObjects(Cloud cloud, String name) {
        this.cloud = cloud;
        this.name = name;
    }

    @Override
    public Standing join(Policy policy, boolean pristine) {
        return standing;
    }

    private static byte[] bytes(Content content) {
        return content == null ? null : content.bytes();
    }

    private void agree(String key, long stamp, Content local) {
        missing.remove(key);
        ledger.put(key, new Agreed(stamp, bytes(local)));
    }

    private Outcome publish(String key, Content content) {
        Version version = new Version(cloud.stamp.incrementAndGet(), content, name);
        agree(key, version.stamp, content);
        told.add((content == null ? "-" : "+") + key);
        // last, for tests wait for it and then look at what was told
        cloud.versions.put(key, version);
        return Outcome.PUBLISHED;
    }

    @Override
    public Outcome compare(String key, Content content) {
        compared.add(key);
        Version version = cloud.versions.get(key);
        Agreed agreed = ledger.get(key);
        if (version == null) {
            return publish(key, content);
        } else if (Arrays.equals(content.bytes(), bytes(version.content))) {
            agree(key, version.stamp, content);
            return Outcome.SAME;
        }
        boolean changedHere = agreed == null || !Arrays.equals(agreed.local, content.bytes());
        boolean changedThere = agreed == null || agreed.stamp != version.stamp;
        if (!changedHere) {
            return changedThere ? Outcome.PENDING : Outcome.SAME;
        } else if (!changedThere) {
            return publish(key, content);
        }
        boolean later = version.content != null && content.modified() > version.content.modified();
        lose(key, later ? version.content : content);
        return later ? publish(key, content) : Outcome.PENDING;
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
            if (!compared.contains(key) && prefixes.stream().anyMatch(key::startsWith)) {
                Version version = cloud.versions.get(key);
                Agreed before = ledger.get(key);
                if (version != null && version.content != null && before.local != null) {
                    agree(key, 0, null);
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
        Version version = cloud.versions.get(key);
        Agreed agreed = missing.getOrDefault(key, ledger.get(key));
        if (version == null && content == null) {
            return Outcome.SAME;
        } else if (version != null && Arrays.equals(bytes(content), bytes(version.content))) {
            agree(key, version.stamp, content);
            return Outcome.SAME;
        } else if (agreed != null && Arrays.equals(agreed.local, bytes(content))) {
            return version != null && version.stamp != agreed.stamp ? Outcome.PENDING : Outcome.SAME;
        } else if (readOnly) {
            agree(key, 0, content);
            return Outcome.READ_ONLY;
        }
        return publish(key, content);
    }

    @Override
    public void derived(String key, Content content) {
        Agreed agreed = ledger.get(key);
        agree(key, agreed == null ? 0 : agreed.stamp, content);
        told.add("~" + key);
    }

    @Override
    public List<Pending> pending(int max) {
        looks.incrementAndGet();
        List<Pending> pending = new ArrayList<>();
        cloud.versions.forEach((key, version) -> {
            Agreed agreed = ledger.get(key);
            boolean nothingToRemove = agreed == null && version.content == null;
            if (!nothingToRemove && (agreed == null || agreed.stamp < version.stamp) && pending.size() < max) {
                pending.add(new Pending(key, version.stamp, version.content, -1, version.node, sameDirectory, version.stamp));
            }
        });
        return pending;
    }

    @Override
    public void applied(String key, long token, Content local) {
        agree(key, token, local);
        failed.remove(key);
    }

    @Override
    public void failed(String key, long token, String reason) {
        failed.put(key, reason);
    }

    @Override
    public Content content(String key) {
        Version version = cloud.versions.get(key);
        return version == null ? null : version.content;
    }

    @Override
    public List<String> keys(String prefix) {
        return cloud.versions.entrySet().stream()
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
