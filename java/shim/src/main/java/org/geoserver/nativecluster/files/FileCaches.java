// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.util.Collection;

/** What GeoServer remembers of files. */
interface FileCaches {
    /** Forgets what was made of files at these paths, which were changed. */
    void changed(Collection<String> paths);
}
