// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.nio.file.Path;
import java.util.List;

/**
 * What the cluster says of the objects that all nodes share, and what this node last agreed on: of each object the native
 * side compares three digests, this node's own now, the one that it last agreed on, and the cluster's.
 *
 * <p>A key is {@code <family>/<rest>}, such as {@code catalog/workspace/<id>}; at most 1,000 bytes of UTF-8. Contents cross
 * and rest encrypted. Nothing here waits for the network, but {@link #fetch}. Any call may throw {@link
 * ClusterException}.
 */
public interface SharedObjects {
    /** Of an object that is no file, with what goes with it: more is refused. */
    int MAX_CONTENT_BYTES = (4 << 20) - (16 << 10);

    /** What a node does whose own objects are not the cluster's, when it joins for the first time. */
    enum Policy {
        /** Stay apart and say how to choose, unless this node has nothing of its own. */
        REFUSE,
        /** Become like the cluster. What was here and differs is kept as conflict copies. */
        ADOPT,
        /** Add what only this node has; of what both have the later one stays, the other is kept as a conflict copy. */
        MERGE
    }

    /** How this node stands to the objects of the cluster. */
    enum Standing {
        /** It is not known yet whether there is a cluster: ask again. */
        WAITING,
        /** It takes part. Compare everything, then publish and apply. */
        MEMBER,
        /** As MEMBER, but for the first time, with {@link Policy#ADOPT}: make a backup before anything is applied. */
        ADOPTING,
        /** Its own objects are another catalog than the cluster's: nothing may be published or applied. */
        REFUSED
    }

    /** What became of a local state that was told. */
    enum Outcome {
        /** The cluster says the same, or this node's difference to it is already known. */
        SAME,
        /** It is now what the cluster says. */
        PUBLISHED,
        /** The cluster says something else, which is now {@linkplain #pending pending} here. */
        PENDING,
        /** This node is read-only: what the cluster says is pending here. */
        READ_ONLY
    }

    /**
     * The content of an object.
     *
     * @param bytes in a form that is equal on all nodes where the object is; compared by digest
     * @param extra goes with it, but a difference in it alone is none: dates, for instance
     * @param modified when it was changed here, milliseconds since the epoch; 0 if unknown
     */
    record Content(byte[] bytes, byte[] extra, long modified) {
        private static final byte[] NONE = {};

        public Content(byte[] bytes, long modified) {
            this(bytes, NONE, modified);
        }
    }

    /**
     * An object of which the cluster says something else than this node last agreed on.
     *
     * @param token names the version that is to be applied
     * @param content null: it was removed. Of a file: see {@link #fetch}
     * @param fileSize size in bytes if the content is a file's, else -1 (then {@code content} is null, but it is no removal)
     * @param node name of the node that wrote it
     * @param sameDirectory whether that node has the same data directory as this one: what is on disk is already changed, unless
     *     {@link #compared} found that it is missing here
     * @param when it was written, milliseconds since the epoch
     */
    record Pending(
            String key, long token, Content content, long fileSize, String node, boolean sameDirectory, long when) {
        public boolean isRemoval() {
            return content == null && fileSize < 0;
        }
    }

    /** A version that lost, kept: {@code reason} says against what. */
    record Conflict(String id, String key, String node, long when, String reason) {}

    /**
     * Asks to take part. To be asked again as long as the answer is {@link Standing#WAITING}, and upon each {@link
     * Event.Shared}: when two catalogs meet that were founded apart, nodes of the later one stand as they did before they had
     * joined, and have to compare everything again when they have. As long as a node does not take part, everything that is
     * told is answered with {@link Outcome#PENDING} and remembered by nobody.
     *
     * @param pristine whether this node has nothing of its own, but GeoServer's sample data or nothing at all
     */
    Standing join(Policy policy, boolean pristine);

    /** Of each object that is here after a start or a reload: compares it. Publishes what was changed here alone. */
    Outcome compare(String key, Content content);

    /** As {@link #compare(String, Content)}, of a file, which is read natively. */
    Outcome compareFile(String key, Path file);

    /**
     * All objects whose keys begin with one of the prefixes were compared: what the cluster has beside them is now pending,
     * for what is not here counts as missing, never as removed.
     */
    void compared(List<String> prefixes);

    /** An object was changed here by somebody; null: removed. */
    Outcome put(String key, Content content);

    /** As {@link #put}, of a file, which is read natively; a file that is not there counts as removed. */
    Outcome putFile(String key, Path file);

    /** What is here came about as a consequence of what was applied: it is nobody's edit, and not published. */
    void derived(String key, Content content);

    /** As {@link #derived(String, Content)}, of a file. */
    void derivedFile(String key, Path file);

    /** Objects to apply, in no particular order; at most {@code max}. What was {@link #failed} is among them again. */
    List<Pending> pending(int max);

    /** A version was applied; {@code local}: what this node has now, null: nothing. */
    void applied(String key, long token, Content local);

    /** As {@link #applied}, of a file. */
    void appliedFile(String key, long token, Path file);

    /** A version could not be applied yet, or not at all: it stays pending, and is shown with its reason. */
    void failed(String key, long token, String reason);

    /**
     * Puts a pending file in place, whole or not at all: from the entry, or from a member that has it.
     *
     * @return false if no live member has this version
     */
    boolean fetch(String key, long token, Path target, long silenceMillis);

    /** What the cluster says of an object; null: nothing, it was removed, or it is a file. */
    Content content(String key);

    /** The keys that the cluster has below a prefix, in order. */
    List<String> keys(String prefix);

    /** Versions that lost, of all nodes, the latest first. */
    List<Conflict> conflicts();

    /** The content of a version that lost, or null. */
    Content conflict(String id);

    /**
     * Two objects were made apart, with one name, and the one of the first key stands: keeps what the other one was as a
     * version of it that lost.
     */
    void lost(String key, String loser, Content content);

    /** Forgets a version that lost; false if it is unknown. */
    boolean dropConflict(String id);
}
