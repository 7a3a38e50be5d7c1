// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The shared objects as native code keeps them. Safe for use by many threads. */
final class NativeSharedObjects implements SharedObjects {
    private static final int COMPARE = 0;
    private static final int PUT = 1;
    private static final int DERIVED = 2;

    private static final Standing[] STANDINGS = Standing.values();
    private static final Outcome[] OUTCOMES = Outcome.values();

    private final LongSupplier handle;

    NativeSharedObjects(LongSupplier handle) {
        this.handle = handle;
    }

    @Override
    public Standing join(Policy policy, boolean pristine) {
        return STANDINGS[NativeLibrary.sharedJoin(open(), policy.ordinal(), pristine)];
    }

    @Override
    public Outcome compare(String key, Content content) {
        return tell(COMPARE, key, content);
    }

    @Override
    public Outcome compareFile(String key, Path file) {
        return tell(COMPARE, key, file);
    }

    @Override
    public void compared(List<String> prefixes) {
        NativeLibrary.sharedCompared(open(), prefixes.toArray(String[]::new));
    }

    @Override
    public Outcome put(String key, Content content) {
        return tell(PUT, key, content);
    }

    @Override
    public Outcome putFile(String key, Path file) {
        return tell(PUT, key, file);
    }

    @Override
    public void derived(String key, Content content) {
        tell(DERIVED, key, content);
    }

    @Override
    public void derivedFile(String key, Path file) {
        tell(DERIVED, key, file);
    }

    @Override
    public List<Pending> pending(int max) {
        BinaryReader reader = new BinaryReader(NativeLibrary.sharedPending(open(), max));
        int count = reader.i32();
        List<Pending> pending = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String key = reader.string();
            long token = reader.i64();
            Content content = reader.u8() == 1 ? content(reader) : null;
            pending.add(new Pending(
                    key, token, content, reader.i64(), reader.string(), reader.u8() == 1, reader.i64()));
        }
        return pending;
    }

    @Override
    public void applied(String key, long token, Content local) {
        NativeLibrary.sharedApplied(open(), key, token, local == null ? null : local.bytes());
    }

    @Override
    public void appliedFile(String key, long token, Path file) {
        NativeLibrary.sharedAppliedFile(open(), key, token, file.toString());
    }

    @Override
    public void failed(String key, long token, String reason) {
        NativeLibrary.sharedFailed(open(), key, token, String.valueOf(reason));
    }

    @Override
    public boolean fetch(String key, long token, Path target, long silenceMillis) {
        return NativeLibrary.sharedFetch(open(), key, token, target.toString(), silenceMillis);
    }

    @Override
    public Content content(String key) {
        return optional(NativeLibrary.sharedContent(open(), key));
    }

    @Override
    public List<String> keys(String prefix) {
        return new BinaryReader(NativeLibrary.sharedKeys(open(), prefix)).strings();
    }

    @Override
    public List<Conflict> conflicts() {
        BinaryReader reader = new BinaryReader(NativeLibrary.sharedConflicts(open()));
        int count = reader.i32();
        List<Conflict> conflicts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            conflicts.add(new Conflict(
                    reader.string(), reader.string(), reader.string(), reader.i64(), reader.string()));
        }
        return conflicts;
    }

    @Override
    public Content conflict(String id) {
        return optional(NativeLibrary.sharedConflict(open(), id));
    }

    @Override
    public void lost(String key, String loser, Content content) {
        NativeLibrary.sharedLost(open(), key, loser, content.bytes(), content.extra(), content.modified());
    }

    @Override
    public boolean dropConflict(String id) {
        return NativeLibrary.sharedDropConflict(open(), id);
    }

    private long open() {
        return handle.getAsLong();
    }

    private Outcome tell(int telling, String key, Content content) {
        int outcome = content == null
                ? NativeLibrary.sharedTell(open(), telling, key, null, null, 0)
                : NativeLibrary.sharedTell(
                        open(), telling, key, content.bytes(), content.extra(), content.modified());
        return OUTCOMES[outcome];
    }

    private Outcome tell(int telling, String key, Path file) {
        return OUTCOMES[NativeLibrary.sharedTellFile(open(), telling, key, file.toString())];
    }

    private static Content optional(byte[] bytes) {
        return bytes == null ? null : content(new BinaryReader(bytes));
    }

    private static Content content(BinaryReader reader) {
        long modified = reader.i64();
        return new Content(reader.block(), reader.block(), modified);
    }
}
