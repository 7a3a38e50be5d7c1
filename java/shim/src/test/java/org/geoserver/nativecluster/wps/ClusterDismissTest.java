// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import net.opengis.wps10.ExecuteResponseType;
import org.geoserver.nativecluster.nativelib.Event;
import org.geoserver.ows.Request;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.Operation;
import org.geoserver.platform.Service;
import org.geoserver.platform.resource.FileSystemResourceStore;
import org.geoserver.wps.DismissType;
import org.geoserver.wps.UnknownExecutionIdException;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.resource.WPSResourceManager;
import org.geotools.util.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;

/** Dismissal where the node that executes is silent, gone, or says no; what real nodes do is for the host's tests. */
class ClusterDismissTest {
    @TempDir
    Path data;

    private final FakeCluster cluster = new FakeCluster();
    private final NativeStatusStore statuses = new NativeStatusStore(cluster);
    private final ClusterArtifactsStore artifacts = new ClusterArtifactsStore(cluster, statuses);
    private final ClusterDismiss dismiss = new ClusterDismiss(cluster, statuses, artifacts);
    private final GenericApplicationContext context = new GenericApplicationContext();

    @BeforeEach
    void start() {
        artifacts.setResourceStore(new FileSystemResourceStore(data.toFile()));
        GeoServerResourceLoader loader = new GeoServerResourceLoader(new File(data.toFile(), "data"));
        context.registerBean(GeoServerExtensions.class);
        context.registerBean(ClusterArtifactsStore.class, () -> artifacts);
        context.registerBean(WPSResourceManager.class, () -> new WPSResourceManager(loader));
        context.registerBean(ClusterDismiss.class, () -> dismiss);
        context.refresh();
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private String dismiss(String id) {
        DismissType request = new DismissType();
        request.setExecutionId(id);
        return dismiss.dismiss(request).toString();
    }

    private void otherRuns(ProcessState phase) {
        cluster.otherSaves(Statuses.of("id", phase), "other", false);
    }

    @Test
    void whatNobodyKnows() {
        assertThrows(UnknownExecutionIdException.class, () -> dismiss("id"));
        otherRuns(ProcessState.DISMISSING);
        assertThrows(UnknownExecutionIdException.class, () -> dismiss("id"));
    }

    @Test
    void theNodeThatExecutesEndsIt() {
        otherRuns(ProcessState.RUNNING);
        cluster.up.add("other");
        cluster.answer = new Command.Answer(Command.Outcome.DONE, null);
        assertTrue(dismiss("id").contains("The process execution has been dismissed</"));
        assertEquals(List.of("other id"), cluster.requests);
    }

    @Test
    void whatHasEndedIsRemovedWithoutAsking() {
        otherRuns(ProcessState.SUCCEEDED);
        cluster.up.add("other");
        assertTrue(dismiss("id").contains("dismissed"));
        assertEquals(List.of(), cluster.requests);
        assertTrue(cluster.removed.contains("id"));
    }

    @Test
    void whatRanOnADeadNodeIsRemoved() {
        otherRuns(ProcessState.RUNNING);
        assertTrue(dismiss("id").contains("dismissed"));
        assertTrue(cluster.removed.contains("id"));
    }

    @Test
    void whatTheNodeNoLongerRunsIsRemoved() {
        otherRuns(ProcessState.RUNNING);
        cluster.up.add("other");
        cluster.answer = new Command.Answer(Command.Outcome.NOT_RUNNING, null);
        dismiss("id");
        assertTrue(cluster.removed.contains("id"));
    }

    @Test
    void aSilentNodeFindsThePhaseAndTheClientIsTold() {
        otherRuns(ProcessState.RUNNING);
        cluster.up.add("other");
        assertTrue(dismiss("id").contains("has not confirmed within 3 s"));
        assertEquals(ProcessState.DISMISSING, cluster.phase("id"));
        assertEquals("other", StatusCodec.decode(cluster.records.get("id")).ownerId());
    }

    @Test
    void whatASilentNodeHasEndedIsRemoved() {
        otherRuns(ProcessState.RUNNING);
        cluster.up.add("other");
        cluster.beforeSave = () -> otherRuns(ProcessState.SUCCEEDED);
        assertTrue(dismiss("id").contains("dismissed</"));
        assertTrue(cluster.removed.contains("id"));
    }

    @Test
    void aRefusalIsPassedOn() {
        otherRuns(ProcessState.QUEUED);
        cluster.up.add("other");
        cluster.answer = new Command.Answer(Command.Outcome.FAILED, "for a reason");
        WPSException refused = assertThrows(WPSException.class, () -> dismiss("id"));
        assertTrue(refused.getMessage().contains("for a reason"));
        assertFalse(cluster.removed.contains("id"));
    }

    @Test
    void commandsThatMakeNoSenseAreAnswered() throws InterruptedException {
        assertEquals(Command.Outcome.NOT_RUNNING, answerTo(new Command(Command.DISMISS, "id").encode()));
        assertEquals(Command.Outcome.FAILED, answerTo(new Command("explode", "id").encode()));
        assertEquals(Command.Outcome.FAILED, answerTo(new byte[] {1, 2, 3}));
    }

    private Command.Outcome answerTo(byte[] payload) throws InterruptedException {
        cluster.answer = null;
        cluster.deliver(new Event.Request("r", "other", payload));
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (cluster.answer == null && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return cluster.answer.outcome();
    }

    @Test
    void onlyDismissOfTheWpsIsReplaced() throws Exception {
        Service wps = new Service("wps", null, "bean", new Version("1.0.0"), List.of("Dismiss", "Execute"));
        wps.setCustomCapabilitiesLink("link");
        DismissType request = new DismissType();
        request.setExecutionId("id");
        Operation operation = new Operation("Dismiss", wps, null, new Object[] {request});
        Operation replaced = dismiss.operationDispatched(new Request(), operation);
        assertEquals("Dismiss", replaced.getId());
        assertEquals(wps, replaced.getService());
        assertEquals("link", replaced.getService().getCustomCapabilitiesLink());
        assertSame(dismiss, replaced.getService().getService());
        otherRuns(ProcessState.SUCCEEDED);
        Object answer = replaced.getMethod().invoke(replaced.getService().getService(), replaced.getParameters());
        assertTrue(answer instanceof ExecuteResponseType);

        Service wms = new Service("wms", null, "bean", new Version("1.0.0"), List.of("Dismiss"));
        for (Operation other : List.of(
                new Operation("Execute", wps, null, new Object[] {request}),
                new Operation("Dismiss", wms, null, new Object[] {request}),
                new Operation("Dismiss", wps, null, new Object[] {"id"}),
                new Operation("Dismiss", wps, null, new Object[0]))) {
            assertSame(other, dismiss.operationDispatched(new Request(), other));
        }
    }
}
