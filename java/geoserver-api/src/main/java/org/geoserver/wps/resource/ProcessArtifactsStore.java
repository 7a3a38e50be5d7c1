// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.resource;

import java.io.IOException;
import java.util.List;
import org.geoserver.platform.resource.Resource;

/** Where the files of processes are kept. */
public interface ProcessArtifactsStore {
    /** What a file is to its process. */
    enum ArtifactType {
        Request,
        Response,
        Output,
        Temporary
    }

    Resource getArtifact(String executionId, ArtifactType type, String name);

    List<Resource> listExecutionResourcess();

    void clearArtifacts(String executionId) throws IOException;
}
