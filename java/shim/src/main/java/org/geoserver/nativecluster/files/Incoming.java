// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;
import org.geotools.util.logging.Logging;

/**
 * Files of other nodes that are not in place yet. Small ones are here with their entries; all others come aside, for a member
 * that serves many may let one wait for as long as it likes, and nothing else is published or applied meanwhile.
 */
final class Incoming implements AutoCloseable {
    /** Files up to this size travel with their entries. */
    private static final long INLINE_BYTES = 1 << 20;

    /** How long a member may send nothing of a file before another one is asked for it. */
    private static final long FETCH_SILENCE_MILLIS = 5_000;

    /** For so long a round waits for files that are not large: a graphic is here then before the style that shows it. */
    static final long WAIT_MILLIS = 500;

    /** But as long as GeoServer's start waits for what others changed. */
    static final long START_MILLIS = 10_000;

    private static final Logger LOGGER = Logging.getLogger(Incoming.class);

    /** A file that was fetched and not yet put in place. */
    private record Fetched(long token, Path file) {}

    private final SharedObjects shared;
    private final Path folder;
    private final Later clock;

    /** What takes long has a thread of its own, so that nothing else waits behind it. */
    private final Later fetcher;

    private final Later largeFetcher;
    private final Map<String, Fetched> fetched = new ConcurrentHashMap<>();

    /** What is being fetched, or why that failed, by key. */
    private final Map<String, CompletableFuture<String>> transfers = new HashMap<>();

    /** The last of those that are not large. */
    private CompletableFuture<String> last = CompletableFuture.completedFuture(null);

    private long startEnds;
    private long waitEnds;

    Incoming(SharedObjects shared, Path folder, Later clock, Later fetcher, Later largeFetcher) {
        this.shared = shared;
        this.folder = folder;
        this.clock = clock;
        this.fetcher = fetcher;
        this.largeFetcher = largeFetcher;
    }

    /** Removes what an earlier run of this node fetched and did not put in place. */
    void start() {
        startEnds = clock.now() + START_MILLIS;
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "Fetched files are left over in " + folder, e);
            }
        }
    }

    /** A round begins: so long it may wait. */
    void round() {
        waitEnds = Math.max(startEnds, clock.now() + WAIT_MILLIS);
    }

    /** Has a file come; returns why it is not here, or null. */
    String fetch(Pending pending) {
        if (isHere(pending)) {
            return null;
        }
        boolean comesAlong = pending.content() != null || pending.fileSize() <= INLINE_BYTES;
        return comesAlong ? store(pending) : fetchAside(pending);
    }

    /** Takes a file that is here, to be put in place. */
    Path take(String key) {
        transfers.remove(key);
        return fetched.remove(key).file();
    }

    private boolean isHere(Pending pending) {
        Fetched file = fetched.get(pending.key());
        return file != null && file.token() == pending.token() && Files.exists(file.file());
    }

    private String fetchAside(Pending pending) {
        CompletableFuture<String> before = transfers.get(pending.key());
        String coming = "It is being fetched: " + (pending.fileSize() >> 20) + " MB";
        if (before != null && !before.isDone()) {
            return coming;
        }
        boolean large = pending.fileSize() >= FileChanges.LARGE_BYTES;
        boolean atOnce = !large && last.isDone();
        CompletableFuture<String> transfer = new CompletableFuture<>();
        transfers.put(pending.key(), transfer);
        (large ? largeFetcher : fetcher).after(0, () -> {
            String problem = "It could not be fetched; the log says why";
            try {
                problem = store(pending);
            } finally {
                transfer.complete(problem);
            }
        });
        if (!large) {
            last = transfer;
        }
        if (before != null && before.join() != null) {
            return before.join();
        }
        return atOnce ? await(transfer, coming) : coming;
    }

    private String await(CompletableFuture<String> transfer, String coming) {
        try {
            return transfer.get(waitEnds - clock.now(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return coming;
        } catch (TimeoutException | ExecutionException e) {
            return coming;
        }
    }

    private String store(Pending pending) {
        try {
            Files.createDirectories(folder);
            Path target = folder.resolve(pending.token() + "-" + Integer.toHexString(pending.key().hashCode()));
            if (pending.content() != null) {
                // A version that is restored is no member's: it comes with its content.
                Files.write(target, pending.content().bytes());
            } else if (!shared.fetch(pending.key(), pending.token(), target, FETCH_SILENCE_MILLIS)) {
                return "No member is here that has this version of the file";
            }
            Fetched before = fetched.put(pending.key(), new Fetched(pending.token(), target));
            if (before != null && !before.file().equals(target)) {
                Files.deleteIfExists(before.file());
            }
            return null;
        } catch (IOException e) {
            return "The file cannot be stored: " + e;
        }
    }

    @Override
    public void close() {
        fetcher.close();
        largeFetcher.close();
    }
}
