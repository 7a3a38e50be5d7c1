// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.geoserver.nativecluster.nativelib.Cluster;

/** Brings files of executions from the nodes that have them into this node's folder for WPS files. */
final class ArtifactFetcher {
    /** How long nothing may arrive before a transfer is given up. */
    static final long SILENCE_MILLIS = 5_000;

    /** Size of the largest response, in bytes, that may turn out to have no status: its namespaces and no more. */
    private static final long MAX_WITHOUT_STATUS = 1_024;

    private final ClusterNode node;
    private final Map<Path, FutureTask<Boolean>> running = new ConcurrentHashMap<>();
    private volatile Path root;

    ArtifactFetcher(ClusterNode node) {
        this.node = node;
    }

    /** Sets this node's folder for WPS files, and lets the other nodes read it. */
    void setRoot(Path root) {
        this.root = root;
        Cluster cluster = node.cluster();
        if (cluster != null) {
            cluster.setFilesRoot(root);
        }
    }

    /** This node's folder for WPS files, or null if GeoServer has not said. */
    Path root() {
        return root;
    }

    /** Whether the file is here, with what belongs in it. */
    boolean has(ArtifactPath path) {
        Path file = path.in(root);
        try {
            return Files.isRegularFile(file) && (path.isOutput() || isDocument(path, file));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * GeoServer creates a document empty before it writes it; and where it fails to make a response, it writes one that has
     * no status.
     */
    private static boolean isDocument(ArtifactPath path, Path file) throws IOException {
        long size = Files.size(file);
        return size > 0
                && (!path.isResponse()
                        || size > MAX_WITHOUT_STATUS
                        || Files.readString(file, StandardCharsets.ISO_8859_1).contains(":Status"));
    }

    /**
     * Fetches a file unless it is here. Several callers wait for one transfer.
     *
     * @return false if no member that is up has it
     * @throws RuntimeException if the transfer failed
     */
    boolean fetch(ArtifactPath path, String ownerId) {
        if (has(path)) {
            return true;
        }
        Path target = path.in(root);
        FutureTask<Boolean> mine = new FutureTask<>(() -> transfer(path, target, ownerId));
        FutureTask<Boolean> first = running.putIfAbsent(target, mine);
        if (first == null) {
            try {
                mine.run();
            } finally {
                running.remove(target);
            }
        }
        return outcome(first == null ? mine : first);
    }

    private boolean transfer(ArtifactPath path, Path target, String ownerId) throws IOException {
        Files.createDirectories(target.getParent());
        long size = node.cluster()
                .fetch(path.executionId(), path.relative(), target, ownerId == null ? "" : ownerId, SILENCE_MILLIS);
        if (size >= 0 && !has(path)) {
            // fetched in the moment between its creation and its writing
            Files.deleteIfExists(target);
        }
        return size >= 0 && has(path);
    }

    private static boolean outcome(FutureTask<Boolean> transfer) {
        try {
            return transfer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new UncheckedIOException(String.valueOf(e.getCause().getMessage()), asIo(e.getCause()));
        }
    }

    private static IOException asIo(Throwable cause) {
        return cause instanceof IOException ? (IOException) cause : new IOException(cause);
    }
}
