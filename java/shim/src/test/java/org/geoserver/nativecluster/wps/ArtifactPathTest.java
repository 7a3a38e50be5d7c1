// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import org.geoserver.wps.resource.ProcessArtifactsStore.ArtifactType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactPathTest {
    @Test
    void isWhereGeoServerHasIt() {
        Path root = Path.of("/wps");
        assertEquals(
                Path.of("/wps/id/request.dat"), ArtifactPath.of("id", ArtifactType.Request, null).in(root));
        assertEquals(
                Path.of("/wps/id/response.xml"), ArtifactPath.of("id", ArtifactType.Response, null).in(root));
        assertEquals(
                Path.of("/wps/id/out/a/ü b.tif"),
                ArtifactPath.of("id", ArtifactType.Output, "a/ü b.tif").in(root));
        assertNull(ArtifactPath.of("id", ArtifactType.Temporary, "t"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", ".", "..", "../id", "a/b", "a\\b", "/id", "a..b", "a b", "a\u0000"})
    void staysInTheFolderWhateverTheId(String id) {
        assertNull(ArtifactPath.of(id, ArtifactType.Request, null));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", ".", "..", "../x", "a/../../x", "/x", "a//b", "a/", "a\\b", "a\u0000b", "a\nb"})
    void staysInTheFolderWhateverTheName(String name) {
        assertNull(ArtifactPath.of("id", ArtifactType.Output, name));
    }
}
