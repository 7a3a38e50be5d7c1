// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;

/**
 * Which ids mean the same object. An id that gave way to another one is an entry of the cluster, whose content says to which:
 * so all nodes know it, and each knows its own again after a start, whatever the objects are called by then.
 */
public final class ClusterIds implements Ids {
    private static final String MOVED = "<movedTo>";
    private static final String END = "</movedTo>";

    /** A chain of ids is as long as there were partitions in which the same name was given again. */
    private static final int MAX_CHAIN = 16;

    /** From an id that gave way to the one that stands. */
    private final Map<String, String> moved = new ConcurrentHashMap<>();

    /** From an id that stands to the other one that this node's object has. */
    private final Map<String, String> own = new ConcurrentHashMap<>();

    @Override
    public String toCluster(String localId) {
        String id = localId;
        for (int i = 0; i < MAX_CHAIN && moved.containsKey(id); i++) {
            id = moved.get(id);
        }
        return id;
    }

    @Override
    public String toLocal(String clusterId) {
        String id = toCluster(clusterId);
        return own.getOrDefault(id, id);
    }

    /**
     * From now on one id means what another one stands for. If it is the other way round, because two nodes decided otherwise at
     * once, it is turned round. If it gave way to a third one before, it does not any more.
     *
     * @param isHere whether this node has an object with an id: of what stands now, not more than one of those that mean it
     */
    void move(String lost, String stands, Predicate<String> isHere) {
        if (lost.equals(stands)) {
            return;
        }
        List<String> here = Stream.of(toLocal(lost), toLocal(stands)).filter(isHere).toList();
        own.remove(toCluster(lost));
        if (leadsTo(stands, lost)) {
            turn(lost, stands);
        }
        moved.put(lost, toCluster(stands));
        for (String id : here) {
            if (isMoved(id)) {
                own.put(toCluster(id), id);
            }
        }
    }

    /**
     * Whether it is the other way round, because two nodes decided otherwise at once, and stays so: it is the greater of the two
     * ids that stands on all nodes, whatever they heard first.
     */
    boolean isOtherwise(String lost, String stands) {
        return leadsTo(stands, lost) && lost.compareTo(stands) > 0;
    }

    /** Whether this node has an object for an id that is to give way, and another one for the id that stands. */
    boolean areTwo(String lost, String stands, Predicate<String> isHere) {
        String one = toLocal(lost);
        String other = toLocal(stands);
        // if it gave way to a third one before, this node's object may be that one's
        return !one.equals(other) && leadsTo(one, lost) && isHere.test(one) && isHere.test(other);
    }

    /** Whether an id is another one, or gave way to it, or to one that did. */
    boolean leadsTo(String id, String other) {
        String next = id;
        for (int i = 0; i < MAX_CHAIN && next != null && !next.equals(other); i++) {
            next = moved.get(next);
        }
        return other.equals(next);
    }

    /** What leads from an id to another one leads to that id from now on. */
    private void turn(String stood, String stands) {
        for (String id = moved.remove(stands); !id.equals(stood); ) {
            id = moved.put(id, stands);
        }
    }

    boolean isMoved(String id) {
        return moved.containsKey(id);
    }

    /** The object that stands for this id is not here any more. */
    void gone(String clusterId) {
        own.remove(toCluster(clusterId));
    }

    /** What the entry of an id says that gave way. */
    Content contentOfMoved(String id) {
        return new Content((MOVED + toCluster(id) + END).getBytes(StandardCharsets.UTF_8), 0);
    }

    /** The id that stands, if this is the content of one that gave way; else null. */
    static String movedTo(Content content) {
        if (content == null || content.bytes().length > 1_000) {
            return null;
        }
        String text = new String(content.bytes(), StandardCharsets.UTF_8);
        return text.startsWith(MOVED) && text.endsWith(END)
                ? text.substring(MOVED.length(), text.length() - END.length())
                : null;
    }
}
