// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.suite;

import java.nio.charset.StandardCharsets;

/**
 * An HTTP answer.
 *
 * @param code the HTTP status
 * @param type the content type, empty if none
 * @param body the content
 */
public record Answer(int code, String type, byte[] body) {
    private static final int SHOWN = 2_000;

    /** The content as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The content as XML. */
    public Xml xml() {
        return Xml.parse(body);
    }

    /** The text of the exception report that this is, or null. WPS errors arrive as HTTP 200. */
    public String exception() {
        Xml root = xml();
        return root.name().equals("ExceptionReport") ? root.text("ExceptionText") : null;
    }

    /** This, if it is no error. */
    public Answer expectGood() {
        boolean report = type.contains("xml") && text().contains("ExceptionReport") && exception() != null;
        if (code >= 300 || report) {
            throw new AssertionError("Unexpected answer: " + this);
        }
        return this;
    }

    @Override
    public String toString() {
        String text = text();
        return "HTTP " + code + " " + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
    }
}
