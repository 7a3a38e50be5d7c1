// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import org.geoserver.catalog.Info;
import org.geoserver.catalog.WorkspaceInfo;

/** A service, global or of a workspace. */
public interface ServiceInfo extends Info {
    String getName();

    WorkspaceInfo getWorkspace();

    void setWorkspace(WorkspaceInfo workspace);
}
