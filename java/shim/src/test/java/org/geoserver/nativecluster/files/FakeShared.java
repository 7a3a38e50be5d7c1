// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.geoserver.nativecluster.nativelib.SharedObjects;
import org.geoserver.nativecluster.nativelib.SharedObjects.Pending;

/** A cluster of which files can be fetched, and nothing else. */
final class FakeShared {
    private static final long MEDIUM = 4;

    final Map<String, String> contents = new HashMap<>();
    int fetches;

    /** What does not travel with its entry waits for it, as for a member that serves many. */
    volatile CountDownLatch turn = new CountDownLatch(0);

    SharedObjects shared() {
        return (SharedObjects) Proxy.newProxyInstance(
                SharedObjects.class.getClassLoader(), new Class<?>[] {SharedObjects.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("fetch")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return fetch((String) arguments[0], (long) arguments[1], (Path) arguments[2]);
                });
    }

    private boolean fetch(String key, long token, Path target) throws InterruptedException {
        if (token == MEDIUM) {
            turn.await();
        }
        String content = contents.get(key);
        if (content == null) {
            return false;
        }
        fetches++;
        try {
            Files.writeString(target, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    Pending file(String path, String content) {
        contents.put("file/" + path, content);
        return new Pending("file/" + path, 1, null, content.length(), "other", false, 0);
    }

    /** One that does not travel with its entry. */
    Pending medium(String path, String content) {
        contents.put("file/" + path, content);
        return new Pending("file/" + path, MEDIUM, null, 2 << 20, "other", false, 0);
    }

    static Pending removal(String path) {
        return new Pending("file/" + path, 2, null, -1, "other", false, 0);
    }

    Pending ofSameDirectory(String path, String content) {
        return new Pending("file/" + path, 3, null, content.length(), "other", true, 0);
    }
}
