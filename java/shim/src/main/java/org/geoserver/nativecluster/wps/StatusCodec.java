// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Date;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.feature.type.Name;
import org.geotools.util.logging.Logging;

/**
 * Turns a status into the record that the map keeps, and back: all its fields but the request, which never leaves the
 * node that executes it.
 */
final class StatusCodec {
    private static final Logger LOGGER = Logging.getLogger(StatusCodec.class);

    private static final int VERSION = 1;
    private static final int ASYNCHRONOUS = 1;
    private static final int PRESUMED = 2;
    private static final long NO_TIME = Long.MIN_VALUE;

    /** The phases by their code. */
    private static final List<ProcessState> PHASES = List.of(
            ProcessState.QUEUED,
            ProcessState.RUNNING,
            ProcessState.SUCCEEDED,
            ProcessState.DISMISSING,
            ProcessState.FAILED);

    /** GeoServer sets the node of a status in its constructor only. Null if the field is not where it was. */
    private static final VarHandle NODE_ID = nodeId();

    private StatusCodec() {}

    static int code(ProcessState phase) {
        return PHASES.indexOf(phase);
    }

    static ProcessState phase(int code) {
        return PHASES.get(code);
    }

    static byte[] encode(ExecutionStatus status, String ownerId) {
        Name process = status.getProcessName();
        BinaryWriter record = new BinaryWriter()
                .u8(VERSION)
                .u8(code(status.getPhase()))
                .u8(status.isAsynchronous() ? ASYNCHRONOUS : 0)
                .f32(status.getProgress())
                .i64(time(status.getCreationTime()))
                .i64(time(status.getCompletionTime()))
                .i64(time(status.getLastUpdated()))
                .i64(time(status.getExpirationDate()))
                .i64(time(status.getEstimatedCompletion()))
                .i64(time(status.getNextPoll()))
                .string(status.getExecutionId())
                .string(process == null ? null : process.getNamespaceURI())
                .string(process == null ? null : process.getSeparator())
                .string(process == null ? null : process.getLocalPart())
                .string(status.getUserName())
                .string(status.getTask())
                .string(status.getNodeId())
                .string(ownerId);
        ThrowableCodec.encode(status.getException(), record);
        return record.toByteArray();
    }

    static StatusRecord decode(byte[] bytes) {
        return decode(new BinaryReader(bytes), new Texts.Last());
    }

    /** @param last the texts of the record that was decoded before this one */
    static StatusRecord decode(BinaryReader record, Texts.Last last) {
        int version = record.u8();
        if (version != VERSION) {
            throw new IllegalArgumentException("A status record of version " + version
                    + " cannot be read: some member of the cluster runs a later version of gs-native-cluster");
        }
        ProcessState phase = phase(record.u8());
        int flags = record.u8();
        float progress = record.f32();
        Date creation = date(record.i64());
        Date completion = date(record.i64());
        Date updated = date(record.i64());
        Date expiration = date(record.i64());
        Date estimated = date(record.i64());
        Date poll = date(record.i64());
        String id = record.string();
        Texts texts = last.read(record);
        ExecutionStatus status = new ExecutionStatus(texts.process(), id, (flags & ASYNCHRONOUS) != 0);
        status.setUserName(texts.user());
        status.setTask(texts.task());
        setNodeId(status, texts.nodeId());
        Throwable exception = ThrowableCodec.decode(record);
        if (exception != null) {
            status.setException(exception);
        }
        // after the exception, which makes a status FAILED and complete
        status.setPhase(phase);
        status.setProgress(progress);
        status.setCreationTime(creation);
        status.setCompletionTime(completion);
        status.setLastUpdated(updated);
        status.setExpirationDate(expiration);
        status.setEstimatedCompletion(estimated);
        status.setNextPoll(poll);
        return new StatusRecord(status, texts.ownerId(), (flags & PRESUMED) != 0);
    }

    private static long time(Date date) {
        return date == null ? NO_TIME : date.getTime();
    }

    private static Date date(long time) {
        return time == NO_TIME ? null : new Date(time);
    }

    private static VarHandle nodeId() {
        try {
            return MethodHandles.privateLookupIn(ExecutionStatus.class, MethodHandles.lookup())
                    .findVarHandle(ExecutionStatus.class, "nodeId", String.class);
        } catch (ReflectiveOperationException e) {
            LOGGER.log(
                    Level.WARNING,
                    "This GeoServer keeps the node of a WPS status in another place: statuses of other nodes are shown"
                            + " as if they were of this one",
                    e);
            return null;
        }
    }

    private static void setNodeId(ExecutionStatus status, String nodeId) {
        if (NODE_ID != null) {
            NODE_ID.set(status, nodeId);
        }
    }
}
