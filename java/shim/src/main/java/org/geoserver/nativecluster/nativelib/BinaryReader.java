// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Arrays;

/** Reads the big-endian binary forms that are exchanged with native code. */
public final class BinaryReader {
    private final ByteBuffer bytes;

    public BinaryReader(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    private BinaryReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    public boolean hasMore() {
        return bytes.hasRemaining();
    }

    public int u8() {
        return bytes.get() & 0xff;
    }

    public int u16() {
        return bytes.getShort() & 0xffff;
    }

    public int i32() {
        return bytes.getInt();
    }

    public long i64() {
        return bytes.getLong();
    }

    public float f32() {
        return bytes.getFloat();
    }

    /** A string, or null. */
    public String string() {
        int length = bytes.getInt();
        if (length == -1) {
            return null;
        }
        check(length);
        int from = bytes.position();
        bytes.position(from + length);
        return new String(bytes.array(), bytes.arrayOffset() + from, length, StandardCharsets.UTF_8);
    }

    /** Strings with their number before them. */
    public List<String> strings() {
        int count = bytes.getInt();
        // Each has its length before it.
        if (count < 0 || count > bytes.remaining() / Integer.BYTES) {
            throw new BufferUnderflowException();
        }
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            strings.add(string());
        }
        return strings;
    }

    /** Bytes with their length before them. */
    public byte[] block() {
        int length = bytes.getInt();
        check(length);
        byte[] block = new byte[length];
        bytes.get(block);
        return block;
    }

    /** A reader of the block that comes next. */
    public BinaryReader section() {
        int length = bytes.getInt();
        check(length);
        BinaryReader section = new BinaryReader(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return section;
    }

    /** Where the next byte is read. */
    public int position() {
        return bytes.position();
    }

    /** What was read since then. */
    public Passage since(int position) {
        int offset = bytes.arrayOffset();
        return new Passage(bytes.array(), offset + position, offset + bytes.position());
    }

    /** Passes over the next bytes if they are these. */
    public boolean skip(Passage passage) {
        int from = bytes.arrayOffset() + bytes.position();
        int length = passage.to - passage.from;
        if (length > bytes.remaining()
                || !Arrays.equals(passage.array, passage.from, passage.to, bytes.array(), from, from + length)) {
            return false;
        }
        bytes.position(bytes.position() + length);
        return true;
    }

    /** Some of the bytes that a reader read. */
    public static final class Passage {
        private final byte[] array;
        private final int from;
        private final int to;

        private Passage(byte[] array, int from, int to) {
            this.array = array;
            this.from = from;
            this.to = to;
        }
    }

    private void check(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
    }
}
