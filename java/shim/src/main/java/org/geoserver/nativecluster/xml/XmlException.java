// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.xml;

/** The XML of an object cannot be read; the message says why. */
public final class XmlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    XmlException(String message, Throwable cause) {
        super(message, cause);
    }
}
