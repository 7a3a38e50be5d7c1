// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.catalog;

import java.util.Set;

/** A layer. */
public interface LayerInfo extends PublishedInfo {
    StyleInfo getDefaultStyle();

    Set<StyleInfo> getStyles();

    ResourceInfo getResource();
}
