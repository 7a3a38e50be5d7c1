// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.geoserver.wps.WPSException;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.feature.NameImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusCodecTest {
    private static StatusRecord roundTrip(ExecutionStatus status) {
        return StatusCodec.decode(StatusCodec.encode(status, "owner"));
    }

    @Test
    void carriesEachField() {
        ExecutionStatus status = Statuses.full();
        StatusRecord read = roundTrip(status);
        assertNotSame(status, read.status());
        assertEquals(status, read.status());
        assertEquals("owner", read.ownerId());
        assertFalse(read.presumed());
        assertNull(read.status().getException());
    }

    @Test
    void carriesWhatIsMissing() {
        ExecutionStatus status = new ExecutionStatus(new NameImpl("local"), "id", false);
        status.setUserName(null);
        status.setCreationTime(null);
        status.setLastUpdated(null);
        assertEquals(status, roundTrip(status).status());
        assertNull(roundTrip(status).status().getProcessName().getNamespaceURI());
    }

    @Test
    void carriesTheNodeThatRunsIt() {
        byte[] record = StatusCodec.encode(Statuses.full(), "owner");
        String node = ExecutionStatus.NODE_IDENTIFIER;
        String other = node.replaceFirst(".", "#");
        byte[] patched = replace(record, node, other);
        assertEquals(other, StatusCodec.decode(patched).status().getNodeId());
    }

    private static byte[] replace(byte[] bytes, String from, String to) {
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        return text.replace(from, to).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource
    void carriesEachPhaseWithAndWithoutException(ProcessState phase) {
        ExecutionStatus status = Statuses.of("id", phase);
        assertEquals(status, roundTrip(status).status());
        ExecutionStatus failed = Statuses.of("id", ProcessState.RUNNING);
        failed.setException(new WPSException("no"));
        failed.setPhase(phase);
        failed.setCompletionTime(null);
        ExecutionStatus read = roundTrip(failed).status();
        assertEquals(phase, read.getPhase());
        assertNull(read.getCompletionTime());
        assertEquals("no", read.getException().getMessage());
    }

    @Test
    void theCodesOfPhasesAreThoseOfTheContract() {
        assertEquals(
                Arrays.asList(0, 1, 2, 3, 4),
                Arrays.stream(ProcessState.values()).map(StatusCodec::code).toList());
    }

    @Test
    void readsThatAFailureIsPresumed() {
        byte[] record = StatusCodec.encode(Statuses.of("id", ProcessState.FAILED), "owner");
        record[2] |= 2;
        assertTrue(StatusCodec.decode(record).presumed());
    }

    @Test
    void aRecordOfALaterVersionIsExplained() {
        byte[] record = StatusCodec.encode(Statuses.full(), "owner");
        record[0] = 2;
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> StatusCodec.decode(record));
        assertTrue(refused.getMessage().contains("later version"), refused.getMessage());
    }

    @Test
    void aRecordThatIsCutOffIsNoticed() {
        byte[] record = StatusCodec.encode(Statuses.full(), "owner");
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThrows(RuntimeException.class, () -> StatusCodec.decode(cut));
        }
    }
}
