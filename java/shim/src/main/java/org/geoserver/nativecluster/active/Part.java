// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/**
 * One family of shared objects. Called by the replicator's thread alone, but {@link #start}, which hands it where to say that
 * something changed.
 */
public interface Part {
    /** Told as changed: anything may have been, so all is to be compared. */
    String ALL = "";

    /** The prefixes of this family's keys, each ending in a slash. */
    List<String> prefixes();

    /**
     * Begins to watch. From now on {@code changed} is called, by any thread, with the key of each object that may have been
     * changed here, or {@link #ALL}; it returns at once. A change that this part made itself while applying need not be told.
     */
    void start(Consumer<String> changed);

    /** Whether what is here is but GeoServer's sample, or nothing: then joining a cluster loses nothing. */
    default boolean isPristine() {
        return true;
    }

    /**
     * The paths, below the data directory, of files that are objects of this family themselves: a backup holds them beside
     * GeoServer's own.
     */
    default Collection<String> files() throws IOException {
        return List.of();
    }

    /** Tells all objects that are here: see {@link Snapshot}. Runs under GeoServer's configuration lock for reading. */
    void snapshot(Snapshot snapshot);

    /**
     * Tells what is here under a key now, to be published; null if there is nothing to say of it: an object that is not here
     * is {@link Local#NOTHING} only if this part was told of its removal. Runs under GeoServer's configuration lock for
     * reading.
     */
    Local read(String key);

    /**
     * Where in the order of application an object stands: what others need comes first, and goes last. Workspaces 100,
     * styles' files 150, styles 200, stores 300, resources 400, layers 500, groups 600, settings and services 700, tile layers
     * 800, defaults 900, commands 1000.
     */
    int order(String key);

    /** Before a round: all that is pending of this family. Some of it may be applied in the round, some later. */
    default void coming(Collection<Pending> all) {}

    /**
     * Does what has to wait for others, such as fetching a file, before the lock is taken: {@link #apply} of the same version
     * comes next, and must do it too if it was not done.
     *
     * @return why it cannot be applied now, or null
     */
    default String prepare(Pending pending) {
        return null;
    }

    /** Puts another node's version in place; idempotent. Runs under GeoServer's configuration lock for writing. */
    Applied apply(Pending pending);

    /**
     * After objects of this family were applied: what is to be done once for all of them. Runs under GeoServer's configuration
     * lock for writing, taken anew.
     */
    default void settle() {}

    /** Whether {@link #settle} has done what it has to; else it is called again soon. */
    default boolean isSettled() {
        return true;
    }

    /** Where a snapshot is told. */
    interface Snapshot {
        void object(String key, Content content);

        void file(String key, java.nio.file.Path file);
    }

    /** What is here under a key: an object, a file, or nothing. */
    record Local(Content content, java.nio.file.Path file) {
        /** Nothing: it was removed. */
        public static final Local NOTHING = new Local(null, null);

        public static Local of(Content content) {
            return new Local(content, null);
        }

        public static Local of(java.nio.file.Path file) {
            return new Local(null, file);
        }
    }

    /**
     * What became of an application: what is here now, or why it is not possible (yet).
     *
     * @param needs the keys of objects of which one has to be here first, if that is why
     */
    record Applied(Local local, String problem, List<String> needs) {
        public static Applied as(Local local) {
            return new Applied(local, null, List.of());
        }

        /** Tried again when something else was applied, and from time to time. */
        public static Applied not(String problem) {
            return new Applied(null, problem, List.of());
        }

        /**
         * As {@link #not}. If the cluster has no object of these keys either, the object belongs to one that another node removed
         * at the same time, and is removed too.
         */
        public static Applied without(String problem, String... needs) {
            return new Applied(null, problem, List.of(needs));
        }
    }
}
