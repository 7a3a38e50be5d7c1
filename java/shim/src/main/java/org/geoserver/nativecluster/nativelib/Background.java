// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

/** Threads for what follows from an edit: they are woken by the request that edits, and must not take its processor. */
public final class Background {
    private Background() {}

    /**
     * A daemon that waits for a free processor, or a few milliseconds, before it works. Without the native library it is like
     * any other.
     */
    public static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(
                () -> {
                    if (NativeLibrary.isLoaded()) {
                        NativeLibrary.stepBack();
                    }
                    task.run();
                },
                name);
        thread.setDaemon(true);
        return thread;
    }
}
