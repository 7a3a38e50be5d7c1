// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.gwc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.geoserver.nativecluster.active.Part.Applied;
import org.geoserver.nativecluster.active.Part.Local;
import org.geoserver.nativecluster.active.Part.Snapshot;
import org.geoserver.nativecluster.gwc.Truncation.Batch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geotools.util.logging.Logging;

/**
 * Truncations, as entries that each node carries out once, even if it is away when they are made; after a week they are
 * removed. What is truncated until the replicator comes to read it is one entry. When there are many, the older ones are put
 * together into one of whole grid sets, which those pass over that carried out all that it takes the place of.
 *
 * <p>A node's own truncations are told by its {@link ClusterStorageBroker}, when they are done. Those of others are carried
 * out on a thread of their own, for they may take long.
 */
final class Truncations implements Family {
    static final String PREFIX = "gwc/truncate/";

    static final long KEPT_MILLIS = 7L * 24 * 60 * 60 * 1000;

    /** What one node has in the cluster at once, and how many of them are then put together. */
    static final int MAX_PUBLISHED = 200;

    static final int PUT_TOGETHER = 100;

    /** A map redrawn over and over has many tiles thrown away; more than this at once are whole grid sets. */
    static final int MAX_BATCH = 1000;

    private static final Logger LOGGER = Logging.getLogger(Truncations.class);

    /** Carries out truncations here. */
    interface Tiles {
        void truncate(Truncation truncation) throws Exception;
    }

    private final SharedObjects shared;
    private final Tiles tiles;
    private final Places places;
    private final Path record;
    private final Executor worker;
    private final LongSupplier clock;
    private final String unique = UUID.randomUUID().toString().substring(0, 8);

    /** The keys of what was carried out here, or is about to be. */
    private final Set<String> done = new LinkedHashSet<>();

    /** What this run of the node published, the oldest first. */
    private final Map<String, Batch> published = new LinkedHashMap<>();

    private final Set<String> expired = new LinkedHashSet<>();
    private Consumer<String> changed = key -> {};
    private Set<Truncation> open = new LinkedHashSet<>();
    private String openKey;
    private long counter;

    Truncations(
            SharedObjects shared, Tiles tiles, Places places, Path record, Executor worker, LongSupplier clock) {
        this.shared = shared;
        this.tiles = tiles;
        this.places = places;
        this.record = record;
        this.worker = worker;
        this.clock = clock;
    }

    @Override
    public boolean has(String key) {
        return key.startsWith(PREFIX);
    }

    /** Last: what is drawn anew must be drawn with all that came with it. */
    @Override
    public int order() {
        return 1000;
    }

    @Override
    public synchronized void start(Consumer<String> changed) {
        this.changed = changed;
        try {
            if (Files.exists(record)) {
                done.addAll(Files.readAllLines(record));
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "Truncations of other nodes are carried out again: " + record, e);
        }
    }

    /** By any thread: tiles were thrown away here. */
    synchronized void truncated(Truncation truncation) {
        if (openKey == null) {
            openKey = newKey();
            changed.accept(openKey);
        }
        open.add(truncation);
        if (open.size() > MAX_BATCH) {
            open = coarse(open);
        }
    }

    private String newKey() {
        return PREFIX + String.format("%013d-%s-%06d", clock.getAsLong(), unique, counter++);
    }

    private static Set<Truncation> coarse(Iterable<Truncation> fine) {
        Set<Truncation> coarse = new LinkedHashSet<>();
        fine.forEach(truncation -> coarse.add(truncation.coarse()));
        return coarse;
    }

    @Override
    public synchronized Local read(String key) {
        if (expired.remove(key)) {
            return Local.NOTHING;
        }
        if (key.equals(openKey)) {
            publish(key, List.copyOf(open), List.of());
            openKey = null;
            open = new LinkedHashSet<>();
            putTogether();
        }
        Batch batch = published.get(key);
        return batch == null ? null : Local.of(content(key, batch));
    }

    private void publish(String key, List<Truncation> truncations, List<String> instead) {
        published.put(key, new Batch(truncations, instead, places.of(layers(truncations))));
        remember(key);
    }

    private static Set<String> layers(Collection<Truncation> truncations) {
        return truncations.stream().map(Truncation::layer).collect(Collectors.toSet());
    }

    private static Content content(String key, Batch batch) {
        return new Content(Truncation.encode(batch), time(key));
    }

    private static long time(String key) {
        return Long.parseLong(key.substring(PREFIX.length(), PREFIX.length() + 13));
    }

    private void putTogether() {
        if (published.size() <= MAX_PUBLISHED) {
            return;
        }
        List<String> old = new ArrayList<>(published.keySet()).subList(0, PUT_TOGETHER);
        Set<Truncation> all = new LinkedHashSet<>();
        List<String> instead = new ArrayList<>();
        for (String key : old) {
            Batch batch = published.get(key);
            all.addAll(coarse(batch.truncations()));
            instead.addAll(batch.instead());
            instead.add(key);
        }
        // those that one of these stood for are long gone, and known to those who were here
        List<String> latest = instead.subList(Math.max(0, instead.size() - 2 * PUT_TOGETHER), instead.size());
        String key = newKey();
        publish(key, List.copyOf(all), List.copyOf(latest));
        changed.accept(key);
        old.forEach(published::remove);
        old.forEach(this::expire);
    }

    private void expire(String key) {
        expired.add(key);
        changed.accept(key);
    }

    @Override
    public synchronized void snapshot(Snapshot snapshot) {
        if (openKey != null) {
            // what is told while GeoServer reads its configuration is not heard
            changed.accept(openKey);
        }
        published.forEach((key, batch) -> snapshot.object(key, content(key, batch)));
        List<String> kept = new ArrayList<>();
        for (String key : shared.keys(PREFIX)) {
            if (isOld(key)) {
                expire(key);
            } else if (done.contains(key)) {
                kept.add(key);
                Content content = published.containsKey(key) ? null : shared.content(key);
                if (content != null) {
                    snapshot.object(key, content);
                }
            }
        }
        forgetAllBut(kept);
    }

    private boolean isOld(String key) {
        try {
            return clock.getAsLong() - time(key) > KEPT_MILLIS;
        } catch (RuntimeException e) {
            return true;
        }
    }

    @Override
    public synchronized Applied apply(Pending pending) {
        if (pending.isRemoval()) {
            published.remove(pending.key());
            return Applied.as(Local.NOTHING);
        }
        Batch batch;
        try {
            batch = Truncation.decode(pending.content().bytes());
        } catch (IOException e) {
            return Applied.not("It cannot be read: " + e.getMessage());
        }
        boolean passedOver = !batch.instead().isEmpty() && done.containsAll(batch.instead());
        if (done.add(pending.key()) && !passedOver) {
            worker.execute(() -> carryOut(pending.key(), batch));
        } else {
            remember(pending.key());
        }
        return Applied.as(Local.of(pending.content()));
    }

    private void carryOut(String key, Batch batch) {
        Map<String, String> here = places.of(layers(batch.truncations()));
        for (Truncation truncation : batch.truncations()) {
            String there = batch.places().getOrDefault(truncation.layer(), "");
            if (there.isEmpty() || !there.equals(here.get(truncation.layer()))) {
                try {
                    tiles.truncate(truncation);
                } catch (Exception | LinkageError e) {
                    LOGGER.log(Level.WARNING, "Tiles that another node threw away are still here: " + truncation, e);
                }
            }
        }
        remember(key);
    }

    /** Only what was carried out is written down: what was not when the node stops is carried out when it comes back. */
    private synchronized void remember(String key) {
        done.add(key);
        try {
            Files.writeString(
                    record, key + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "A truncation would be carried out again after a restart: " + record, e);
        }
    }

    /** In memory all of this run stay known, for entries that are put together name them. */
    private void forgetAllBut(List<String> kept) {
        try {
            if (Files.exists(record) && Files.readAllLines(record).size() > 2 * kept.size() + MAX_PUBLISHED) {
                Files.write(record, kept);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
