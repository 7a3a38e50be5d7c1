// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.util.List;

/** A group of layers. */
public interface LayerGroupInfo extends PublishedInfo {
    WorkspaceInfo getWorkspace();

    LayerInfo getRootLayer();

    StyleInfo getRootLayerStyle();

    List<PublishedInfo> getLayers();

    List<StyleInfo> getStyles();
}
