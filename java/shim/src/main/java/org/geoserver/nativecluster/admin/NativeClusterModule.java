// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.nativecluster.nativelib.FileWatch;
import org.geoserver.nativecluster.nativelib.Json;
import org.geoserver.nativecluster.nativelib.LibraryException;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.wps.ClusterNode;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geotools.util.logging.Logging;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * Joins the cluster when GeoServer starts and leaves it when GeoServer stops. Whatever keeps it from joining disables
 * the module, and never GeoServer.
 */
public final class NativeClusterModule implements ClusterNode, InitializingBean, DisposableBean {
    static final String NAME = "nativeClusterModule";

    private static final Logger LOGGER = Logging.getLogger(NativeClusterModule.class);

    private final GeoServerResourceLoader loader;
    private final CopyOnWriteArrayList<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Set<String> up = ConcurrentHashMap.newKeySet();
    private volatile Cluster cluster;
    private volatile String memberId;
    private volatile String problem;
    private volatile Path state;
    private EventLoop events;

    public NativeClusterModule(GeoServerResourceLoader loader) {
        this.loader = loader;
        this.state = new StateDirectory(loader.getBaseDirectory(), Settings.ofThisJvm()).attempt(1);
        NativeLog log = new NativeLog();
        listen(event -> {
            if (event instanceof Event.Log) {
                log.log((Event.Log) event);
            } else if (event instanceof Event.Member) {
                follow((Event.Member) event);
            } else if (event instanceof Event.Files) {
                cluster.filesChanged((Event.Files) event);
            }
        });
    }

    @Override
    public void afterPropertiesSet() {
        Settings settings = Settings.ofThisJvm();
        if (!settings.isEnabled()) {
            problem = "Switched off by " + Settings.ENABLED;
            LOGGER.info("Clustering is switched off by " + Settings.ENABLED);
            return;
        }
        try {
            ConfigFile config = ConfigFile.read(loader);
            follow(start(config, settings));
            LOGGER.info("gs-native-cluster " + Cluster.libraryVersion() + ": " + message());
        } catch (IOException | RuntimeException | LinkageError e) {
            boolean explained = e instanceof ClusterException || e instanceof LibraryException;
            problem = explained ? e.getMessage() : "Clustering could not be started: " + e;
            boolean wanted = e instanceof ClusterException && ClusterException.DISABLED.equals(((ClusterException) e).getCode());
            LOGGER.log(
                    wanted ? Level.INFO : Level.SEVERE,
                    "GeoServer runs without clustering, and shares nothing with other nodes. " + problem,
                    explained ? null : e);
        }
    }

    private void follow(Cluster started) {
        try {
            memberId = String.valueOf(Json.object(started.status()).get("member"));
            events = new EventLoop(started, listeners);
            cluster = started;
        } catch (RuntimeException | LinkageError e) {
            started.close();
            throw e;
        }
    }

    /** Of several nodes with one data directory each takes the first state directory that none uses. */
    private Cluster start(ConfigFile config, Settings settings) {
        StateDirectory directory = new StateDirectory(loader.getBaseDirectory(), settings);
        for (int number = 1; ; number++) {
            try {
                state = directory.attempt(number);
                return Cluster.start(config.path(), config.xml(), settings.values(), state);
            } catch (ClusterException e) {
                if (!ClusterException.LOCKED.equals(e.getCode()) || number == StateDirectory.MAX_PER_HOST) {
                    throw e;
                }
                LOGGER.info(e.getMessage());
            }
        }
    }

    private void follow(Event.Member member) {
        if (member.up()) {
            up.add(member.memberId());
        } else {
            up.remove(member.memberId());
        }
    }

    /** What all nodes share; whoever asks for it while there is no cluster is told why. */
    SharedObjects shared() {
        return started().shared();
    }

    FileWatch files() {
        return started().files();
    }

    private Cluster started() {
        Cluster current = cluster;
        if (current == null) {
            throw new IllegalStateException(problem);
        }
        return current;
    }

    /** A folder of this node alone. */
    Path stateDirectory() {
        return state;
    }

    /** Begins to share the data directory; returns why that is not possible, or null. */
    String shareDataDirectory() {
        try {
            Path directory = loader.getBaseDirectory().toPath();
            started().setDataDirectory(directory, DirectoryId.of(directory));
            return null;
        } catch (ClusterException | IllegalStateException e) {
            return e.getMessage();
        } catch (IOException e) {
            return "The data directory cannot be written to: " + e;
        }
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public String memberId() {
        return memberId;
    }

    @Override
    public boolean isUp(String member) {
        return member != null && (member.equals(memberId) || up.contains(member));
    }

    @Override
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** What to tell the administrator: the state of the cluster, or why there is none. */
    String message() {
        Cluster current = cluster;
        if (current == null) {
            return problem;
        }
        try {
            Map<String, Object> status = Json.object(current.status());
            return String.valueOf(status.get("summary"));
        } catch (RuntimeException e) {
            return "The state of the cluster cannot be read: " + e.getMessage();
        }
    }

    boolean isActive() {
        Cluster current = cluster;
        return current != null && !current.isClosed();
    }

    /** Leaves the cluster within {@link Cluster#CLOSE_MILLIS}. */
    @Override
    public void destroy() {
        Cluster current = cluster;
        if (current == null) {
            return;
        }
        try {
            current.close();
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "The cluster was not left in good order", e);
        }
        events.join(Cluster.CLOSE_MILLIS);
        listeners.clear();
    }
}
