// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

/**
 * The entry points of the native library, and the one place that loads it. Binary values are big-endian, text is UTF-8;
 * {@link Cluster} says what each call does.
 */
final class NativeLibrary {
    private static Throwable failure;
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library once for this class loader. A failure is remembered, so that later calls fail alike and at
     * once.
     *
     * @throws LibraryException if it cannot be loaded, with the reason and what to do about it
     */
    static synchronized void load() {
        if (failure != null) {
            throw new LibraryException(failure.getMessage(), failure);
        }
        if (!loaded) {
            try {
                LibraryLoader.load();
                loaded = true;
            } catch (LibraryException e) {
                failure = e;
                throw e;
            }
        }
    }

    static synchronized boolean isLoaded() {
        return loaded;
    }

    static native String version();

    static native String check(String path, String xml, String[] env);

    static native long start(String path, String xml, String[] env, String stateDir, String filesRoot);

    static native void setFilesRoot(long handle, String dir);

    static native void stop(long handle, long deadlineMillis);

    static native byte[] next(long handle, long timeoutMillis);

    static native String status(long handle);

    static native int statusSave(long handle, byte[] record, boolean all, long timeoutMillis);

    static native byte[] statusGet(long handle, String executionId, long remoteTimeoutMillis);

    static native byte[] statusRemove(long handle, String executionId);

    static native byte[] statusQuery(long handle, byte[] query);

    static native int statusRemoveWhere(long handle, byte[] filter);

    static native byte[] request(long handle, String memberId, byte[] payload, long timeoutMillis);

    static native void reply(long handle, String requestId, byte[] payload);

    static native long fetch(
            long handle,
            String executionId,
            String relativePath,
            String targetFile,
            String ownerId,
            long timeoutMillis);

    static native void sharedDirectory(long handle, String root, String id);

    static native int sharedJoin(long handle, int policy, boolean pristine);

    static native int sharedTell(long handle, int telling, String key, byte[] bytes, byte[] extra, long modified);

    static native int sharedTellFile(long handle, int telling, String key, String file);

    static native void sharedCompared(long handle, String[] prefixes);

    static native byte[] sharedPending(long handle, int max);

    static native void sharedApplied(long handle, String key, long token, byte[] bytes);

    static native void sharedAppliedFile(long handle, String key, long token, String file);

    static native void sharedFailed(long handle, String key, long token, String reason);

    static native boolean sharedFetch(long handle, String key, long token, String target, long silenceMillis);

    static native byte[] sharedContent(long handle, String key);

    static native byte[] sharedKeys(long handle, String prefix);

    static native byte[] sharedConflicts(long handle);

    static native byte[] sharedConflict(long handle, String id);

    static native void sharedLost(long handle, String key, String loser, byte[] bytes, byte[] extra, long modified);

    static native boolean sharedDropConflict(long handle, String id);

    static native long watch(long handle, String root, String[] excluded);

    static native void stepBack();

    static native int cli(String[] args);
}
