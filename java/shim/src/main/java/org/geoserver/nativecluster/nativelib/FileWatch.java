// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Watches folders for changed files, natively: by the operating system's notifications, within milliseconds. */
public interface FileWatch {
    /** As a name of folders that are not entered: none is, only the folder itself is watched. */
    String ALL = "*";

    /**
     * Watches a folder with all that is below it. A folder that does not exist yet is watched as soon as it appears.
     *
     * @param root the folder
     * @param excluded names of folders that are not entered, wherever they are; see {@link #ALL}
     * @param changed called with the paths below root, with slashes, of files that were written, removed or moved; a path
     *     may be a folder's when it was removed or moved away, and of one that came all files are told. An empty list:
     *     notifications were lost, look at everything.
     * @throws ClusterException code IO, if the system refuses: says what to do
     */
    void watch(Path root, List<String> excluded, Consumer<List<String>> changed);
}
