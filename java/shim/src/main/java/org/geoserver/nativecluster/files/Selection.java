// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.util.List;

/** Which files are looked after, by their paths below a directory, with slashes. */
public interface Selection {
    /** The folders to look into, none below another; the empty path is the directory itself. */
    List<String> roots();

    /** Folders that need not be looked into, by their names: only where nothing that is selected can be. */
    List<String> excluded();

    /** Whether a file with this path is one of them; false for what is no clean path. */
    boolean contains(String path);
}
