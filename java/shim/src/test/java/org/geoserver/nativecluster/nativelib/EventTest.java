// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTest {
    private static byte[] event(int kind, BinaryWriter body) {
        byte[] bytes = body.toByteArray();
        return new BinaryWriter()
                .u8(kind)
                .raw(ByteBuffer.allocate(4).putInt(bytes.length).array())
                .raw(bytes)
                .toByteArray();
    }

    private static byte[] block(byte... bytes) {
        return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
    }

    @Test
    void readsABatch() {
        byte[] batch = new BinaryWriter()
                .raw(event(1, new BinaryWriter().u8(1).string("net").string("läuft")))
                .raw(event(2, new BinaryWriter().u8(0).u8(1).string("id").string(null).u8(4)))
                .raw(event(9, new BinaryWriter().string("of a later library")))
                .raw(event(3, new BinaryWriter().string("r").string("m").raw(block((byte) 7, (byte) 8))))
                .raw(event(4, new BinaryWriter().u8(0).string("m").string("n").string("a").string("gone")))
                .raw(event(5, new BinaryWriter()))
                .raw(event(6, new BinaryWriter().i64(3).raw(new byte[] {0, 0, 0, 2}).string("a/b").string("c")))
                .raw(event(6, new BinaryWriter().i64(4).raw(new byte[] {0, 0, 0, 0})))
                .toByteArray();
        List<Event> events = Event.decode(batch);
        assertEquals(7, events.size());
        assertEquals(new Event.Log(1, "net", "läuft"), events.get(0));
        assertEquals(new Event.Status(false, true, "id", null, 4), events.get(1));
        Event.Request request = (Event.Request) events.get(2);
        assertEquals("r", request.requestId());
        assertArrayEquals(new byte[] {7, 8}, request.payload());
        assertEquals(new Event.Member(false, "m", "n", "a", "gone"), events.get(3));
        assertEquals(new Event.Shared(), events.get(4));
        assertEquals(new Event.Files(3, List.of("a/b", "c")), events.get(5));
        assertEquals(new Event.Files(4, List.of()), events.get(6));
    }

    @Test
    void aCountThatCannotBeIsNoticed() {
        for (int count : new int[] {-1, 3, Integer.MAX_VALUE}) {
            byte[] number = ByteBuffer.allocate(4).putInt(count).array();
            byte[] batch = event(6, new BinaryWriter().i64(1).raw(number).string("a").string("b"));
            assertThrows(BufferUnderflowException.class, () -> Event.decode(batch));
        }
    }

    @Test
    void readsNothingOutOfNothing() {
        assertEquals(List.of(), Event.decode(new byte[0]));
    }

    @Test
    void noticesABatchThatIsCutOff() {
        byte[] batch = event(1, new BinaryWriter().u8(1).string("net").string("text"));
        for (int length = 1; length < batch.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(batch, length);
            assertThrows(BufferUnderflowException.class, () -> Event.decode(cut));
        }
    }
}
