// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.catalog.CatalogInfo;

/**
 * Two objects of the cluster with one name: they were created on both sides of a partition. All nodes have the contents of
 * both, and come to the same of the two.
 */
final class Duplicates {
    private final SharedObjects shared;
    private final Codec codec;
    private final ClusterIds ids;

    Duplicates(SharedObjects shared, Codec codec, ClusterIds ids) {
        this.shared = shared;
        this.codec = codec;
        this.ids = ids;
    }

    /** Whether by this content an object has the name that another one is to have. */
    boolean hasName(Content content, Kind kind, String id, CatalogInfo wanted) {
        if (content == null || ClusterIds.movedTo(content) != null) {
            return false;
        }
        try {
            return Kind.name(codec.decode(content, ids.toLocal(id))).equals(Kind.name(wanted));
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The one that was changed later, of equals the one with the greater id; one that the cluster does not know loses. */
    boolean wins(Kind kind, String id, Content content, String otherId) {
        Content other = shared.content(kind.key(otherId));
        if (other == null || content.modified() != other.modified()) {
            return other == null || content.modified() > other.modified();
        }
        return id.compareTo(otherId) > 0;
    }
}
