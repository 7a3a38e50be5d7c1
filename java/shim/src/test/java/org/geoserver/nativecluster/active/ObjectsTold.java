// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.active;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;

/** A snapshot's objects, of what has no files. */
public final class ObjectsTold implements Part.Snapshot {
    private final Map<String, Content> objects = new TreeMap<>();

    private ObjectsTold() {}

    /** What {@code snapshot} tells, by key. */
    public static Map<String, Content> by(Consumer<Part.Snapshot> snapshot) {
        ObjectsTold told = new ObjectsTold();
        snapshot.accept(told);
        return told.objects;
    }

    @Override
    public void object(String key, Content content) {
        objects.put(key, content);
    }

    @Override
    public void file(String key, Path file) {
        throw new AssertionError(key);
    }
}
