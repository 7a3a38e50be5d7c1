// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.ClusterException;
import org.geoserver.nativecluster.nativelib.FileWatch;

/** Notifications that a test gives. */
final class FakeWatch implements FileWatch {
    final Map<String, Consumer<List<String>>> watchers = new HashMap<>();
    boolean refusing;

    @Override
    public void watch(Path root, List<String> excluded, Consumer<List<String>> changed) {
        if (refusing) {
            throw new ClusterException("IO", "too many folders are watched: raise fs.inotify.max_user_watches");
        }
        watchers.put(root.getFileName().toString(), changed);
    }

    void say(String root, String... below) {
        watchers.get(root).accept(List.of(below));
    }
}
