// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.geoserver.wps.WPSException;
import org.geotools.api.util.ProgressListener;
import org.geotools.process.Process;
import org.geotools.process.ProcessException;
import org.geotools.util.SimpleInternationalString;

/**
 * Reports progress for a while and gives an output. Inputs, all optional: {@code millis} to work; {@code gate}, a name
 * that must be opened by {@link #open} before it ends; {@code size} of the output in bytes; {@code fail}, the message of
 * the exception that ends it; {@code code}, which makes it an exception of the WPS.
 */
final class FakeProcess implements Process {
    private static final long TICK_MILLIS = 20;
    private static final Set<String> OPEN = ConcurrentHashMap.newKeySet();

    /** Lets the processes that wait for the gate go on, in this JVM. */
    static void open(String gate) {
        OPEN.add(gate);
    }

    @Override
    public Map<String, Object> execute(Map<String, Object> input, ProgressListener monitor) {
        long millis = number(input, "millis", 0);
        String gate = (String) input.get("gate");
        long start = System.nanoTime();
        monitor.setTask(new SimpleInternationalString("Working"));
        monitor.started();
        for (long spent = 0; spent < millis || gate != null && !OPEN.contains(gate); spent = since(start)) {
            monitor.progress(Math.min(90f, 90f * spent / Math.max(1, millis)));
            if (monitor.isCanceled()) {
                throw new ProcessException("canceled");
            }
            pause();
        }
        monitor.progress(90f);
        if (input.containsKey("fail")) {
            throw failure((String) input.get("fail"), (String) input.get("code"));
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("result.bin", content(number(input, "size", 100)));
        return outputs;
    }

    private static long since(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static void pause() {
        try {
            Thread.sleep(TICK_MILLIS);
        } catch (InterruptedException e) {
            throw new ProcessException("interrupted", e);
        }
    }

    private static RuntimeException failure(String message, String code) {
        return code == null
                ? new ProcessException(message, new IllegalStateException("cause of " + message))
                : new WPSException(message, code, "locator-of-" + code);
    }

    private static long number(Map<String, Object> input, String name, long otherwise) {
        return input.containsKey(name) ? Long.parseLong((String) input.get(name)) : otherwise;
    }

    /** Bytes that depend on where they are, so that a transfer that mixes blocks up is noticed. */
    private static InputStream content(long size) {
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                return at >= size ? -1 : (int) (at++ * 2654435761L >>> 16) & 0xff;
            }
        };
    }
}
