// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

import java.util.ArrayList;
import java.util.List;

/** Something that happened in the cluster. */
public sealed interface Event {
    /** A line for the log: level 0 error, 1 warning, 2 info, 3 debug, 4 trace. */
    record Log(int level, String target, String message) implements Event {}

    /** A status was saved or removed, by this node or another; the last state of each execution. */
    record Status(boolean removed, boolean local, String executionId, String ownerId, int phase) implements Event {}

    /** A command from a member, to be answered by {@link Cluster#reply}. */
    record Request(String requestId, String memberId, byte[] payload) implements Event {}

    /** A member came or is gone. */
    record Member(boolean up, String memberId, String name, String address, String reason) implements Event {}

    /** Shared objects are pending, or {@link SharedObjects#join} is to be asked again. */
    record Shared() implements Event {}

    /** Files of a watched folder changed: see {@link FileWatch}. To be given to {@link Cluster#filesChanged}. */
    record Files(long watch, List<String> paths) implements Event {}

    /** Reads a batch of events; kinds that a later library may add are passed over. */
    static List<Event> decode(byte[] batch) {
        List<Event> events = new ArrayList<>();
        BinaryReader reader = new BinaryReader(batch);
        while (reader.hasMore()) {
            int kind = reader.u8();
            BinaryReader body = reader.section();
            switch (kind) {
                case 1 -> events.add(new Log(body.u8(), body.string(), body.string()));
                case 2 -> events.add(new Status(
                        body.u8() == 1, body.u8() == 1, body.string(), body.string(), body.u8()));
                case 3 -> events.add(new Request(body.string(), body.string(), body.block()));
                case 4 -> events.add(new Member(
                        body.u8() == 1, body.string(), body.string(), body.string(), body.string()));
                case 5 -> events.add(new Shared());
                case 6 -> events.add(new Files(body.i64(), body.strings()));
                default -> {}
            }
        }
        return events;
    }
}
