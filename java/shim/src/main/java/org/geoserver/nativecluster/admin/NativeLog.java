// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.admin;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.geoserver.nativecluster.nativelib.Event;
import org.geotools.util.logging.Logging;

/** Brings the log lines of the native library into GeoServer's log. */
final class NativeLog {
    private static final String ROOT = "org.geoserver.nativecluster";

    private static final Level[] LEVELS = {Level.SEVERE, Level.WARNING, Level.INFO, Level.FINE, Level.FINER};

    /** Loggers by the module of the library they speak for; the library has a fixed number of modules. */
    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

    void log(Event.Log line) {
        Level level = LEVELS[Math.min(line.level(), LEVELS.length - 1)];
        String target = String.valueOf(line.target());
        loggers.computeIfAbsent(target, NativeLog::logger).logp(level, target, null, line.message());
    }

    /** {@code gs_cluster_net::transport::dial} speaks as {@code org.geoserver.nativecluster.net.transport.dial}. */
    private static Logger logger(String target) {
        String name = target.replace("::", ".").replaceFirst("^gs_(native_)?cluster_?", "");
        return Logging.getLogger(name.isEmpty() ? ROOT : ROOT + "." + name);
    }
}
