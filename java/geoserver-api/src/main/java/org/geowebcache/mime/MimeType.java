// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.mime;

/** A format of tiles. */
public class MimeType {
    protected MimeType() {}

    public static MimeType createFromFormat(String format) throws MimeException {
        throw new UnsupportedOperationException();
    }

    public String getFormat() {
        throw new UnsupportedOperationException();
    }
}
