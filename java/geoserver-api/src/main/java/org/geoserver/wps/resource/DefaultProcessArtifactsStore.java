// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps.resource;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.geoserver.platform.resource.Resource;
import org.geoserver.platform.resource.ResourceStore;

/** Keeps the files of a process in a folder of its own. */
public class DefaultProcessArtifactsStore implements ProcessArtifactsStore {
    private ResourceStore store;

    public void setResourceStore(ResourceStore store) {
        this.store = store;
    }

    @Override
    public Resource getArtifact(String executionId, ArtifactType type, String name) {
        switch (type) {
            case Request:
                return store.get(executionId + "/request.dat");
            case Response:
                return store.get(executionId + "/response.xml");
            case Output:
                return store.get(executionId + "/out/" + name);
            default:
                return store.get(executionId + "/tmp/" + name);
        }
    }

    @Override
    public List<Resource> listExecutionResourcess() {
        return store.get("").list().stream()
                .filter(child -> child.getType() == Resource.Type.DIRECTORY)
                .collect(Collectors.toList());
    }

    @Override
    public void clearArtifacts(String executionId) throws IOException {
        store.get(executionId).delete();
    }
}
