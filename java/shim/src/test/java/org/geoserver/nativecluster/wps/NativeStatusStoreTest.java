// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import net.opengis.wps10.ExecuteType;
import org.geoserver.nativecluster.nativelib.Cluster;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.StaticApplicationContext;

/** What a running process reads and writes, whatever others do at the same time. */
class NativeStatusStoreTest {
    private final FakeCluster cluster = new FakeCluster();
    private final NativeStatusStore store = new NativeStatusStore(cluster);

    /** The status that GeoServer's executor holds. */
    private final ExecutionStatus live = Statuses.of("id", ProcessState.QUEUED);

    private void run() {
        store.save(live);
        live.setPhase(ProcessState.RUNNING);
        store.save(live);
    }

    @Test
    void newStatusesAndPhasesAreConfirmedProgressIsNot() {
        run();
        live.setProgress(50);
        store.save(live);
        live.setPhase(ProcessState.SUCCEEDED);
        store.save(live);
        assertEquals(
                List.of("id QUEUED true", "id RUNNING true", "id RUNNING false", "id SUCCEEDED true"), cluster.saves);
        assertFalse(store.executions().contains("id"));
    }

    @Test
    void givesOutCopiesWithTheRequest() {
        ExecuteType request = new ExecuteType() {};
        live.setRequest(request);
        run();
        ExecutionStatus read = store.get("id");
        assertEquals(live, read);
        assertNotSame(live, read);
        assertSame(request, read.getRequest());
        read.setPhase(ProcessState.FAILED);
        assertEquals(ProcessState.RUNNING, store.get("id").getPhase());
        live.setPhase(ProcessState.SUCCEEDED);
        store.save(live);
        assertNull(store.get("id").getRequest());
    }

    @Test
    void whatWasRemovedWhileItRunsReadsDismissing() {
        run();
        cluster.otherRemoves("id");
        assertEquals(ProcessState.DISMISSING, store.get("id").getPhase());
        store.save(live); // as GeoServer's heartbeat does
        assertEquals(ProcessState.DISMISSING, store.get("id").getPhase());
        live.setPhase(ProcessState.FAILED); // GeoServer has ended it
        assertNull(store.remove("id"));
        assertNull(store.get("id"));
    }

    @Test
    void whatIsRemovedHereWhileItRunsEnds() {
        run();
        assertEquals(ProcessState.RUNNING, store.remove("id").getPhase());
        assertEquals(ProcessState.DISMISSING, live.getPhase());
        assertEquals(ProcessState.DISMISSING, store.get("id").getPhase());
    }

    @Test
    void aFailureThatOthersPresumeIsNotBelieved() {
        run();
        ExecutionStatus presumed = new ExecutionStatus(live);
        presumed.setException(new WPSException("its node is gone"));
        cluster.otherSaves(presumed, FakeCluster.ME, true);
        assertEquals(ProcessState.RUNNING, store.get("id").getPhase());
        live.setProgress(60);
        store.save(live);
        assertEquals(ProcessState.RUNNING, cluster.phase("id"));
    }

    @Test
    void dismissedBetweenReadAndWrite() {
        run();
        ExecutionStatus dismissing = new ExecutionStatus(live);
        dismissing.setPhase(ProcessState.DISMISSING);
        cluster.beforeSave = () -> cluster.otherSaves(dismissing, FakeCluster.ME, false);
        live.setProgress(70);
        store.save(live);
        assertEquals(ProcessState.DISMISSING, live.getPhase());
        assertEquals(ProcessState.DISMISSING, cluster.phase("id"));
    }

    @Test
    void whatMayNotFollowIsRefusedInGeoServersWords() {
        run();
        live.setPhase(ProcessState.DISMISSING);
        store.save(live);
        live.setPhase(ProcessState.RUNNING);
        WPSException refused = assertThrows(WPSException.class, () -> store.save(live));
        assertEquals("Cannot switch process status from DISMISSING to RUNNING", refused.getMessage());
    }

    @Test
    void savesOfOthersKeepTheOwner() {
        cluster.otherSaves(Statuses.of("id", ProcessState.RUNNING), "other", false);
        ExecutionStatus read = store.get("id");
        read.setPhase(ProcessState.DISMISSING);
        store.save(read);
        assertEquals("other", StatusCodec.decode(cluster.records.get("id")).ownerId());
        assertFalse(store.executions().contains("id"));
    }

    @Test
    void aProcessGoesOnWhileTheClusterIsClosed() {
        run();
        cluster.broken = FakeCluster.closed();
        live.setProgress(80);
        store.save(live);
        assertEquals(ProcessState.RUNNING, store.get("id").getPhase());
        assertNull(store.get("unknown"));
        assertNull(store.remove("unknown"));
        cluster.broken = new IllegalStateException("The cluster is closed");
        store.save(live);
        assertEquals(ProcessState.RUNNING, store.get("id").getPhase());
        cluster.broken = new ClusterException("IO", "the disk is full, nothing was saved");
        store.save(live);
        assertEquals(ProcessState.RUNNING, store.get("id").getPhase());
    }

    @Test
    void whatRunsWhenGeoServerStopsHasFailed() {
        run();
        ContextClosedEvent stop = new ContextClosedEvent(new StaticApplicationContext());
        store.onApplicationEvent(stop);
        live.setException(new WPSException("Unknown process"));
        store.save(live); // as GeoServer does for what it interrupts
        StatusRecord record = StatusCodec.decode(cluster.records.get("id"));
        assertEquals(ProcessState.FAILED, record.status().getPhase());
        assertTrue(record.status().getException().getMessage().contains("stopped"));
        store.onApplicationEvent(stop);
    }

    @Test
    void withoutAClusterItIsGeoServersStoreInMemory() {
        NativeStatusStore alone = new NativeStatusStore(new ClusterNode() {
            @Override
            public Cluster cluster() {
                return null;
            }

            @Override
            public String memberId() {
                return null;
            }

            @Override
            public boolean isUp(String memberId) {
                return false;
            }

            @Override
            public void listen(Consumer<Event> listener) {}
        });
        alone.save(live);
        assertEquals(live, alone.get("id"));
        live.setPhase(ProcessState.SUCCEEDED);
        assertThrows(WPSException.class, () -> alone.save(live));
        assertEquals(ProcessState.QUEUED, alone.remove("id").getPhase());
        alone.onApplicationEvent(new ContextClosedEvent(new StaticApplicationContext()));
    }
}
