// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the big-endian binary forms that are exchanged with native code. */
public final class BinaryWriter {
    private ByteBuffer bytes = ByteBuffer.allocate(512);

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            int capacity = Math.max(bytes.capacity() * 2, bytes.position() + more);
            bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), capacity)).position(bytes.position());
        }
        return bytes;
    }

    public BinaryWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public BinaryWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public BinaryWriter i64(long value) {
        room(8).putLong(value);
        return this;
    }

    public BinaryWriter f32(float value) {
        room(4).putFloat(value);
        return this;
    }

    /** A string, or null. */
    public BinaryWriter string(String value) {
        if (value == null) {
            room(4).putInt(-1);
            return this;
        }
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        room(4 + text.length).putInt(text.length).put(text);
        return this;
    }

    /** Bytes as they are. */
    public BinaryWriter raw(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
