// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/**
 * Texts that need each other, as layers need stores: {@code things/<order>/<name>}, and what stands after a {@code >} in a text
 * must be there before it. As a catalog would, it refuses what cannot be, and tells an application's consequences. Tests look at
 * it while a replicator works with it.
 */
final class Things implements Part {
    final Map<String, String> texts = new ConcurrentSkipListMap<>();
    final List<String> applied = new CopyOnWriteArrayList<>();
    final Set<String> broken = ConcurrentHashMap.newKeySet();
    final Set<String> removed = ConcurrentHashMap.newKeySet();
    Consumer<String> changed = key -> {};

    /** What was applied where another node has not written it already. */
    final List<String> written = new CopyOnWriteArrayList<>();

    /** Whether the configuration lock is held, and whether it was whenever something was read or applied. */
    BooleanSupplier locked = () -> true;

    final Set<Boolean> locks = ConcurrentHashMap.newKeySet();

    /** What is done first when it is applied. */
    Consumer<String> before = key -> {};

    /** What is done when nobody waits for it any more. */
    Consumer<String> disk = key -> {};

    volatile int settled;

    void edit(String key, String text) {
        texts.put(key, text);
        changed.accept(key);
    }

    void remove(String key) {
        texts.remove(key);
        removed.add(key);
        changed.accept(key);
    }

    static Content content(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8), 0);
    }

    @Override
    public List<String> prefixes() {
        return List.of("things/");
    }

    @Override
    public void start(Consumer<String> told) {
        changed = told;
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        locks.add(locked.getAsBoolean());
        texts.forEach((key, text) -> snapshot.object(key, content(text)));
    }

    @Override
    public Local read(String key) {
        locks.add(locked.getAsBoolean());
        if (broken.contains(key)) {
            throw new IllegalStateException("cannot be read");
        }
        String text = texts.get(key);
        if (text != null) {
            return Local.of(content(text));
        }
        return removed.remove(key) ? Local.NOTHING : null;
    }

    @Override
    public int order(String key) {
        return Integer.parseInt(key.split("/")[1]);
    }

    private String need(String text) {
        return text.contains(">") ? text.substring(text.indexOf('>') + 1) : null;
    }

    @Override
    public Applied apply(Pending pending) {
        locks.add(locked.getAsBoolean());
        String key = pending.key();
        before.accept(key);
        if (!Applying.inMemoryOnly()) {
            written.add(key);
        }
        if (broken.contains(key)) {
            throw new StackOverflowError("broken");
        }
        if (pending.isRemoval()) {
            if (texts.values().stream().anyMatch(text -> key.equals(need(text)))) {
                return Applied.not("needed");
            }
            texts.remove(key);
            applied.add("-" + key);
            return Applied.as(Local.NOTHING);
        }
        String text = new String(pending.content().bytes(), StandardCharsets.UTF_8);
        if (need(text) != null && !texts.containsKey(need(text))) {
            return Applied.without("not here: " + need(text), need(text));
        }
        if (!text.equals(texts.put(key, text))) {
            Applying.later(() -> disk.accept(key));
        }
        applied.add("+" + key);
        texts.computeIfPresent("things/900/echo", (echo, before) -> {
            Applying.touched(echo);
            return "after " + key;
        });
        return Applied.as(read(key));
    }

    @Override
    public void settle() {
        settled++;
    }
}
