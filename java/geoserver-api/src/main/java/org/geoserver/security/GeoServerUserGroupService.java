// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.security;

import java.io.IOException;

/** Reads its file anew when it is told to. */
public interface GeoServerUserGroupService {
    void load() throws IOException;
}
