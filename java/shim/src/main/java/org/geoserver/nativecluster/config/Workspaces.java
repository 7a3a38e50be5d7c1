// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.config;

import java.util.List;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.WorkspaceInfo;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.catalog.CatalogPart;

/** Workspaces by the ids that keys hold: the cluster's. */
final class Workspaces {
    private final Catalog catalog;
    private final Ids ids;

    Workspaces(Catalog catalog, Ids ids) {
        this.catalog = catalog;
        this.ids = ids;
    }

    List<WorkspaceInfo> all() {
        return catalog.getWorkspaces();
    }

    String clusterId(WorkspaceInfo workspace) {
        return ids.toCluster(workspace.getId());
    }

    /** Null if it is not here. */
    WorkspaceInfo byClusterId(String id) {
        return catalog.getWorkspace(ids.toLocal(id));
    }

    /** The live object, for others to refer to: through a copy they would not see a rename. */
    WorkspaceInfo live(String id) {
        WorkspaceInfo workspace = byClusterId(id);
        if (workspace == null) {
            throw new Section.NotYet("its workspace is not here yet (" + id + ")", CatalogPart.workspace(ids.toCluster(id)));
        }
        return ModificationProxy.unwrap(workspace);
    }
}
