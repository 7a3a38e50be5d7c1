// SPDX-License-Identifier: GPL-2.0-or-later
package org.geowebcache.mime;

/** A format of tiles. */
public class MimeType {
    private final String format;

    protected MimeType(
            String mimeType, String fileExtension, String internalName, String format, boolean supportsTiling) {
        this.format = format;
    }

    public static MimeType createFromFormat(String format) throws MimeException {
        throw new UnsupportedOperationException();
    }

    public String getFormat() {
        return format;
    }
}
