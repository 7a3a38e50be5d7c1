// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.nativelib;

/**
 * An error of the native library. The message says what happened, whether state changed, and what to do. Thrown from
 * native code, which looks for the constructor with two strings.
 */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The configuration was refused. */
    public static final String CONFIG = "CONFIG";
    /** The cluster is closed. */
    public static final String CLOSED = "CLOSED";
    /** Another process uses the state directory. */
    public static final String LOCKED = "LOCKED";

    /** The configuration switches clustering off. */
    public static final String DISABLED = "DISABLED";

    private final String code;

    public ClusterException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** What kind of error it is, such as {@link #CONFIG}, BIND, INVALID, IO or PANIC. */
    public String getCode() {
        return code;
    }
}
