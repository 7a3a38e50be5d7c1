// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.platform.ServiceException;
import org.geoserver.wps.UnknownExecutionIdException;
import org.geoserver.wps.WPSException;
import org.junit.jupiter.api.Test;

class ThrowableCodecTest {
    private static Throwable roundTrip(Throwable throwable) {
        BinaryWriter out = new BinaryWriter();
        ThrowableCodec.encode(throwable, out);
        return ThrowableCodec.decode(new BinaryReader(out.toByteArray()));
    }

    /** What GeoServer shows of an exception: for it an exception of the WPS is another thing than one of OWS. */
    private static void assertReadsTheSame(Throwable original) {
        Throwable read = roundTrip(roundTrip(original)); // over two nodes
        for (Throwable left = original, right = read; ; left = left.getCause(), right = right.getCause()) {
            if (left == null) {
                assertNull(right);
                return;
            }
            assertEquals(left.getMessage(), right.getMessage());
            assertEquals(left.toString(), right.toString());
            assertEquals(left instanceof WPSException, right instanceof WPSException);
            assertEquals(left instanceof ServiceException, right instanceof ServiceException);
            if (left instanceof ServiceException) {
                assertEquals(((ServiceException) left).getCode(), ((ServiceException) right).getCode());
                assertEquals(((ServiceException) left).getLocator(), ((ServiceException) right).getLocator());
                assertEquals(((ServiceException) left).getExceptionText(), ((ServiceException) right).getExceptionText());
            }
            assertEquals(0, right.getStackTrace().length);
        }
    }

    @Test
    void nothingIsNothing() {
        assertNull(roundTrip(null));
    }

    @Test
    void exceptionsOfTheWps() {
        WPSException exception = new WPSException("message <&>", "Code", "locator");
        exception.getExceptionText().addAll(List.of("one", "two"));
        exception.initCause(new IllegalStateException("cause", new OutOfMemoryError("deep")));
        assertReadsTheSame(exception);
        assertSame(WPSException.class, roundTrip(exception).getClass());
    }

    @Test
    void subclassesKeepTheirKind() {
        assertReadsTheSame(new UnknownExecutionIdException("id"));
        assertReadsTheSame(new ServiceException("message", "Code", "locator"));
        assertReadsTheSame(new ServiceException(null, "Code", null) {
            private static final long serialVersionUID = 1L;
        });
    }

    @Test
    void others() {
        assertReadsTheSame(new IllegalArgumentException());
        assertReadsTheSame(new IllegalArgumentException(""));
        assertReadsTheSame(new StackOverflowError("zu tief"));
        assertReadsTheSame(new Exception("own text") {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                return "own form";
            }
        });
    }

    @Test
    void aCycleOfCausesEnds() {
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        first.initCause(second);
        Throwable read = roundTrip(first);
        assertEquals("second", read.getCause().getMessage());
        assertNull(read.getCause().getCause());
    }

    @Test
    void aLongChainIsCut() {
        Throwable chain = null;
        for (int i = 0; i < 40; i++) {
            chain = new Exception("link", chain);
        }
        int length = 0;
        for (Throwable link = roundTrip(chain); link != null; link = link.getCause()) {
            length++;
        }
        assertEquals(16, length);
    }
}
