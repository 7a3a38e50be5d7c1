// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.geoserver.platform.GeoServerExtensions;
import org.geoserver.platform.GeoServerResourceLoader;
import org.geoserver.platform.resource.FileSystemResourceStore;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geoserver.wps.resource.ProcessArtifactsStore.ArtifactType;
import org.geoserver.wps.resource.WPSResourceManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.GenericApplicationContext;

/** Files that are not what they should be, or are nowhere; what real nodes fetch is for the host's tests. */
class ClusterArtifactsStoreTest {
    /** What GeoServer writes when it fails to make a response. */
    private static final String WITHOUT_STATUS = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
            + "<wps:ExecuteResponse xmlns:wps=\"http://www.opengis.net/wps/1.0.0\"/>";

    @TempDir
    Path files;

    private final FakeCluster cluster = new FakeCluster();
    private final ClusterArtifactsStore artifacts =
            new ClusterArtifactsStore(cluster, new NativeStatusStore(cluster));
    private final GenericApplicationContext context = new GenericApplicationContext();

    @BeforeEach
    void start() throws IOException {
        artifacts.setResourceStore(new FileSystemResourceStore(files.toFile()));
        GeoServerResourceLoader loader = new GeoServerResourceLoader(files.resolve("data").toFile());
        context.registerBean(GeoServerExtensions.class);
        context.registerBean(ClusterArtifactsStore.class, () -> artifacts);
        context.registerBean(WPSResourceManager.class, () -> new WPSResourceManager(loader));
        context.refresh();
        Files.createDirectories(files.resolve("id"));
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private String response() throws IOException {
        try (InputStream in = artifacts.getArtifact("id", ArtifactType.Response, null).in()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aResponseWithoutStatusIsNone() throws IOException {
        ExecutionStatus failed = Statuses.of("id", ProcessState.RUNNING);
        failed.setException(new WPSException("the output could not be written"));
        cluster.otherSaves(failed, "other", false);
        Files.writeString(files.resolve("id/response.xml"), WITHOUT_STATUS);
        String response = response();
        assertTrue(response.contains("ProcessFailed") && response.contains("the output could not be written"), response);
        String written = WITHOUT_STATUS.replace("/>", "><wps:Status/></wps:ExecuteResponse>");
        Files.writeString(files.resolve("id/response.xml"), written);
        assertEquals(written, response());
    }

    @Test
    void anOutputThatOnlyAGoneNodeHas() {
        cluster.otherSaves(Statuses.of("id", ProcessState.SUCCEEDED), "other", false);
        Throwable thrown = assertThrows(
                WPSException.class, () -> artifacts.getArtifact("id", ArtifactType.Output, "result.wkt"));
        assertTrue(thrown.getMessage().contains("none of the nodes that can be reached"), thrown.getMessage());
        cluster.up.add("other");
        artifacts.getArtifact("id", ArtifactType.Output, "result.wkt");
    }
}
