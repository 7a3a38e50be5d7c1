// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.Event;
import org.geotools.util.logging.Logging;

/** The one thread that fetches events from the cluster and hands them to the listeners. */
final class EventLoop implements Runnable {
    /** How long one call waits: it is woken by events and by the closing of the cluster. */
    private static final long WAIT_MILLIS = 1_000;

    /** How long to let the native side rest after an error before it is asked again. */
    private static final long PAUSE_MILLIS = 1_000;

    private static final Logger LOGGER = Logging.getLogger(EventLoop.class);

    private final Cluster cluster;
    private final List<Consumer<Event>> listeners;
    private final Thread thread;

    EventLoop(Cluster cluster, CopyOnWriteArrayList<Consumer<Event>> listeners) {
        this.cluster = cluster;
        this.listeners = listeners;
        this.thread = new Thread(this, "gs-native-cluster-events");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        while (!cluster.isClosed()) {
            try {
                byte[] batch = cluster.next(WAIT_MILLIS);
                if (batch == null) {
                    return;
                }
                Event.decode(batch).forEach(this::deliver);
            } catch (IllegalStateException e) {
                return;
            } catch (RuntimeException e) {
                if (e instanceof ClusterException && ClusterException.CLOSED.equals(((ClusterException) e).getCode())) {
                    return;
                }
                LOGGER.log(Level.WARNING, "Events of the cluster could not be read", e);
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private void deliver(Event event) {
        for (Consumer<Event> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOGGER.log(Level.WARNING, "An event of the cluster could not be handled: " + event, e);
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Waits for the thread to end after the cluster was closed. */
    void join(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
