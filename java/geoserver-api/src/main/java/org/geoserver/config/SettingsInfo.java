// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.config;

import org.geoserver.catalog.Info;
import org.geoserver.catalog.WorkspaceInfo;

/** Settings, global or of a workspace. */
public interface SettingsInfo extends Info {
    WorkspaceInfo getWorkspace();

    void setWorkspace(WorkspaceInfo workspace);
}
