// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import java.nio.file.Path;
import org.geoserver.wps.ProcessStatusStore;

/** What is compared, as a part of this JVM. */
interface Contender extends AutoCloseable {
    static Contender of(String kind, Path data) {
        return switch (kind) {
            case "native" -> new NativeContender(data);
            case "hazelcast" -> new HazelcastContender(data);
            default -> throw new IllegalArgumentException("no contender: " + kind);
        };
    }

    /** Joins the cluster that the data directory's hazelcast.xml describes, as the start of GeoServer does. */
    void start() throws Exception;

    /** How many members this one sees, itself included. */
    int members();

    /** The store of that name: {@code native}, {@code imap} or {@code replicated}. */
    ProcessStatusStore store(String name);

    /** True if a read in this JVM takes it from this JVM, where that depends on the entry. */
    boolean isHere(String store, String executionId);

    @Override
    void close();
}
