// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.nio.BufferUnderflowException;
import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geoserver.nativecluster.nativelib.BinaryWriter;

/**
 * What one node asks another to do, and the form of the answer.
 *
 * @param verb what to do
 * @param executionId with which execution
 */
record Command(String verb, String executionId) {
    static final String DISMISS = "dismiss";

    /** With this begin the verbs of active clustering, which answers for itself. */
    private static final String ACTIVE = "active-";

    byte[] encode() {
        return new BinaryWriter().string(verb).string(executionId).toByteArray();
    }

    static Command decode(byte[] payload) {
        BinaryReader reader = new BinaryReader(payload);
        return new Command(reader.string(), reader.string());
    }

    /** Whether a command is not for WPS. One that nobody understands is: so it is answered. */
    static boolean isForOthers(byte[] payload) {
        try {
            String verb = new BinaryReader(payload).string();
            return verb != null && verb.startsWith(ACTIVE);
        } catch (BufferUnderflowException e) {
            return false;
        }
    }

    /** What came of a command. */
    enum Outcome {
        /** It was done. */
        DONE,
        /** The execution does not run there. */
        NOT_RUNNING,
        /** It could not be done; the answer says why. */
        FAILED
    }

    /**
     * The answer to a command.
     *
     * @param outcome what came of it
     * @param detail why it could not be done, or null
     */
    record Answer(Outcome outcome, String detail) {
        byte[] encode() {
            return new BinaryWriter().u8(outcome.ordinal()).string(detail).toByteArray();
        }

        static Answer decode(byte[] payload) {
            BinaryReader reader = new BinaryReader(payload);
            return new Answer(Outcome.values()[reader.u8()], reader.string());
        }
    }
}
