// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.GeoServerConfigurationLock;
import org.geoserver.config.GeoServer;
import org.geoserver.config.impl.GeoServerLifecycleHandler;
import org.geoserver.nativecluster.nativelib.Background;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Policy;
import org.geoserver.nativecluster.nativelib.SharedObjects.Standing;
import org.geoserver.platform.ContextLoadedEvent;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationListener;

/**
 * Catalog, configuration and files in step on all nodes: from when GeoServer is up until it stops. Whatever goes wrong here is
 * told, and keeps GeoServer from nothing.
 */
public final class ActiveClustering
        implements Administration, ApplicationListener<ContextLoadedEvent>, GeoServerLifecycleHandler, DisposableBean {
    /** How long the last step may take when GeoServer stops. */
    private static final long STOP_MILLIS = 5_000;

    /** How long GeoServer, while it starts, waits for what was changed on other nodes meanwhile. */
    private static final long CATCH_UP_MILLIS = 10_000;

    /** How long an administrator waits for what was asked for. */
    private static final long TASK_MILLIS = 60_000;

    /** Until a backup is tried again: what keeps it from being made is mended by somebody. */
    private static final long BACKUP_MILLIS = 60_000;

    private static final String REFUSED =
            "This node shares nothing: it has a catalog of its own, which is another one than the cluster's. Start it with "
                    + "geoserver.cluster.join=adopt to make a backup of its configuration and become like the cluster, or with "
                    + "geoserver.cluster.join=merge to add what only this node has";

    private static final Logger LOGGER = Logging.getLogger(ActiveClustering.class);

    private final Equipment equipment;
    private final GeoServer geoServer;
    private final ConfigurationGate gate;
    private final Path dataDirectory;
    private final ActiveOptions options;
    private volatile Standing standing;

    /** When, by the system's timer; null: not, or it was made since. */
    private Long backupFailed;

    private volatile String problem = "Waits for GeoServer to be up";
    private volatile Replicator replicator;
    private volatile boolean stopped;
    private volatile SharedObjects shared;
    private Parts parts;
    private Thread thread;

    public ActiveClustering(
            Equipment equipment,
            GeoServer geoServer,
            GeoServerConfigurationLock lock,
            GeoServerResourceLoader loader,
            ActiveOptions options) {
        this.equipment = equipment;
        this.geoServer = geoServer;
        this.gate = ConfigurationGate.of(lock);
        this.dataDirectory = loader.getBaseDirectory().toPath();
        this.options = options;
    }

    @Override
    public void onApplicationEvent(ContextLoadedEvent event) {
        try {
            begin();
            awaitCaughtUp();
        } catch (RuntimeException | LinkageError e) {
            refuse("Active clustering could not be started: " + e, e);
        }
    }

    private synchronized void begin() {
        if (thread != null || stopped) {
            return;
        }
        String reason = equipment.objection();
        if (reason != null) {
            refuse(reason, null);
            return;
        }
        problem = "It is not known yet whether there is a cluster";
        shared = equipment.objects(this::wake);
        parts = new Parts(List.copyOf(equipment.parts()));
        replicator = new Replicator(shared, parts, gate, this::admission, Replicator.START_MILLIS);
        for (Part part : parts.all()) {
            part.start(replicator::changed);
        }
        thread = Background.thread(replicator, "gs-native-cluster-replicator");
        thread.start();
    }

    /** GeoServer answers nobody before this returns: a node that was away does not serve what was changed since. */
    private void awaitCaughtUp() {
        Replicator current = replicator;
        if (current == null) {
            return;
        }
        try {
            current.caughtUp().get(CATCH_UP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOGGER.info("GeoServer is up before all is here that other nodes changed; the rest comes now");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuse(String reason, Throwable e) {
        boolean known = reason.equals(problem);
        problem = reason;
        LOGGER.log(known ? Level.FINE : Level.SEVERE, "Catalog and configuration are not shared. " + reason, e);
    }

    /** Asked before each step, for a node may have to join anew: when two clusters meet that were founded apart. */
    private Admission admission() {
        Standing before = standing;
        // what is here is looked at, which takes time, only where it matters: where the cluster has another catalog
        Standing now = shared.join(Policy.REFUSE, false);
        if (now == Standing.REFUSED && before != Standing.REFUSED) {
            now = shared.join(options.policy(), parts.isPristine());
        }
        standing = now;
        return switch (now) {
            case MEMBER -> member(before);
            case ADOPTING -> before == now ? Admission.MEMBER : adopt();
            case REFUSED -> refused(before);
            case WAITING -> Admission.NONE;
        };
    }

    private Admission member(Standing before) {
        if (before == Standing.MEMBER || before == Standing.ADOPTING) {
            return Admission.MEMBER;
        }
        problem = null;
        LOGGER.info("Catalog and configuration are shared with the cluster");
        return Admission.NEW;
    }

    private Admission adopt() {
        if (backupFailed != null && System.nanoTime() - backupFailed < TimeUnit.MILLISECONDS.toNanos(BACKUP_MILLIS)) {
            standing = null;
            return Admission.NONE;
        }
        try {
            Path backup = Backup.make(dataDirectory, parts.files(), LocalDateTime.now());
            LOGGER.info("This node becomes like the cluster. Its configuration as it was: " + backup);
            backupFailed = null;
            problem = null;
            return Admission.NEW;
        } catch (IOException | RuntimeException e) {
            standing = null;
            backupFailed = System.nanoTime();
            refuse(
                    "No backup could be made of this node's configuration, so nothing is changed here. It is tried again every "
                            + BACKUP_MILLIS / 1000 + " seconds: " + e,
                    null);
            return Admission.NONE;
        }
    }

    private Admission refused(Standing before) {
        if (before != Standing.REFUSED) {
            refuse(REFUSED, null);
        }
        return Admission.NONE;
    }

    /** Something of the cluster may have changed. */
    private void wake() {
        Replicator current = replicator;
        if (current != null) {
            current.wake();
        }
    }

    @Override
    public void beforeReload() {
        Replicator current = replicator;
        if (current != null) {
            current.hold();
        }
    }

    @Override
    public void onReload() {
        Replicator current = replicator;
        if (current != null) {
            current.release();
        }
    }

    @Override
    public void onReset() {
        // caches only
    }

    @Override
    public void onDispose() {
        // what is not there any more was not removed: the context is closed next, or all is read anew
        beforeReload();
    }

    @Override
    public boolean isActive() {
        Standing now = standing;
        return (now == Standing.MEMBER || now == Standing.ADOPTING) && !stopped;
    }

    @Override
    public boolean isReadOnly() {
        return options.readOnly();
    }

    @Override
    public String summary() {
        if (!isActive()) {
            return "Catalog and configuration are not shared. " + problem;
        }
        int waiting = replicator.failures().all().size();
        int conflicts = shared.conflicts().size();
        return "Catalog and configuration are shared"
                + (options.readOnly() ? ", this node is read-only" : "")
                + (waiting == 0 ? "" : ", " + waiting + " changes of other nodes wait or failed (see /rest/cluster/drift)")
                + (conflicts == 0 ? "" : ", " + conflicts + " versions lost and are kept (see /rest/cluster/conflicts)");
    }

    @Override
    public SharedObjects objects() {
        return isActive() ? shared : null;
    }

    @Override
    public int unpublished() {
        Replicator current = replicator;
        return current == null ? 0 : current.unpublished();
    }

    @Override
    public List<Difference> differences(int max) {
        List<Difference> differences = new ArrayList<>();
        if (isActive()) {
            for (Failures.Failure failure : replicator.failures().all().values()) {
                SharedObjects.Pending pending = failure.pending();
                differences.add(new Difference(pending.key(), failure.reason(), pending.node(), pending.when()));
            }
        }
        return differences.size() <= max ? differences : differences.subList(0, max);
    }

    @Override
    public boolean repair(long timeoutMillis) throws InterruptedException {
        mustBeActive();
        try {
            replicator.compareAll().get(timeoutMillis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("The comparison failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public void restore(String conflictId) {
        mustBeActive();
        Restoration restoration = new Restoration(shared, parts, gate, conflictId);
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!replicator.submit(() -> restoration.run(done))) {
            throw new IllegalStateException("Too much is asked for at once: try again");
        }
        try {
            done.get(TASK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("It was not done yet: the configuration is locked, or much else is to be applied", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private void mustBeActive() {
        if (!isActive()) {
            throw new IllegalStateException(summary());
        }
    }

    /** Under the lock, as GeoServer's own: whoever edits meanwhile would edit what is thrown away. */
    @Override
    public void reload() {
        if (!gate.tryWrite()) {
            throw new IllegalStateException("GeoServer's configuration is locked: try again");
        }
        try {
            geoServer.reload();
        } catch (Exception e) {
            throw new IllegalStateException("GeoServer could not read its configuration again: " + e.getMessage(), e);
        } finally {
            gate.unlock();
        }
    }

    @Override
    public void destroy() {
        Thread running;
        synchronized (this) {
            stopped = true;
            running = thread;
        }
        if (running == null) {
            return;
        }
        replicator.stop();
        try {
            running.join(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.close();
    }
}
