// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.wps;

/** Thrown inside a process to make it end after it was dismissed. */
public class ProcessDismissedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProcessDismissedException() {
        super("The process execution has been dismissed");
    }
}
