// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.bench.node;

import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.geoserver.wps.ProcessStatusStore;

/** Hazelcast as GeoServer's module starts it, with the two maps that statuses could lie in. */
final class HazelcastContender implements Contender {
    private static final String MAP = "wpsExecutionStatusMap";

    private final Path data;
    private HazelcastInstance hazelcast;
    private ProcessStatusStore imap;
    private ProcessStatusStore replicated;

    HazelcastContender(Path data) {
        this.data = data;
    }

    @Override
    public void start() throws Exception {
        try (InputStream xml = Files.newInputStream(data.resolve("hazelcast.xml"))) {
            hazelcast = Hazelcast.newHazelcastInstance(new XmlConfigBuilder(xml).build());
        }
        imap = new IMapStore(hazelcast.getMap(MAP));
    }

    @Override
    public int members() {
        return hazelcast.getCluster().getMembers().size();
    }

    @Override
    public ProcessStatusStore store(String name) {
        if (name.equals("imap")) {
            return imap;
        }
        // GeoServer's module has no such map: what it costs must not count where only that module is meant
        if (replicated == null) {
            replicated = new ReplicatedMapStore(hazelcast.getReplicatedMap(MAP));
        }
        return replicated;
    }

    @Override
    public boolean isHere(String name, String executionId) {
        return name.equals("imap")
                && hazelcast
                        .getPartitionService()
                        .getPartition(executionId)
                        .getOwner()
                        .localMember();
    }

    @Override
    public void close() {
        if (hazelcast != null) {
            hazelcast.shutdown();
        }
    }
}
